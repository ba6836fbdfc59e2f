import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { Described } from "../../ui/editing/edit-banners.tsx";
import { fieldTexts } from "../../ui/fields/field-texts.ts";
import { useTitles } from "../../ui/fields/resource-titles.tsx";
import { useShop } from "../../ui/shop-context.ts";
import type { OfferDraft, OfferView, SegmentChoice } from "./draft/offer-draft.ts";
import { isWall, placesText, wallText } from "./draft/rule-sentence.ts";
import { languageName } from "./offer-preview.tsx";

const segmentText = (t: TFunction, segment: SegmentChoice | undefined): string =>
  segment?.isArchived ? t("offers.for.archived", { name: segment.name }) : (segment?.name ?? "");

/** Describes a draft: each part of the offer by the name that the form gives it. */
export function useDescribe({ kinds, segments, culprits }: OfferView): (draft: OfferDraft) => Described {
  const { t } = useTranslation();
  const shop = useShop();
  const { titles } = useTitles();
  return (draft) => [
    [t("offers.edit.name"), draft.name],
    [
      t("offers.edit.kind"),
      t(kinds.find(({ name }) => name === draft.kind)?.label ?? culprits[0]?.label ?? "offers.edit.kind_gone"),
    ],
    ...fieldTexts(kinds.find(({ name }) => name === draft.kind)?.settings ?? {}, draft.settings, { t, shop, titles }),
    [
      t("offers.edit.segment"),
      draft.segment
        ? segmentText(
            t,
            segments.find(({ id }) => id === draft.segment),
          )
        : t("offers.edit.everyone"),
    ],
    [t("offers.test.share"), draft.holdout === "0" ? t("offers.test.share_none") : `${draft.holdout}%`],
    [t("offers.edit.where"), placesText(t, draft.placements, shop)],
    [t("offers.edit.starts"), isWall(draft.starts) ? wallText(draft.starts, shop) : ""],
    [t("offers.edit.ends"), isWall(draft.ends) ? wallText(draft.ends, shop) : ""],
    ...Object.entries(draft.words).flatMap(([locale, words]) =>
      (["title", "text", "action"] as const).map((part): Described[number] => [
        `${t(`offers.words.${part}`)} (${languageName(locale, shop)})`,
        words[part],
      ]),
    ),
  ];
}
