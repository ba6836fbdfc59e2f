import { useTranslation } from "react-i18next";
import { textsOf } from "../../../field-view.ts";
import type { Described } from "../../../ui/editing/edit-banners.tsx";
import { fieldTexts } from "../../../ui/fields/field-texts.ts";
import { useTitles } from "../../../ui/fields/resource-titles.tsx";
import { useShop } from "../../../ui/shop-context.ts";
import type { KindView } from "../../kind-view.ts";
import type { Question, SurveyDraft } from "../../survey.ts";

type Known = { kinds: KindView[]; segments: { id: string; name: string }[] };

/** A survey's parts in words, by the names that its form gives them. */
export function useDescribe({ kinds, segments }: Known): (draft: SurveyDraft) => Described {
  const { t } = useTranslation();
  const shop = useShop();
  const { titles } = useTitles();
  const list = (texts: string[]) => new Intl.ListFormat(shop.locale).format(texts.filter(Boolean));
  const ofQuestion = ({ kind: named, optional, settings, words }: Question): string => {
    const kind = kinds.find(({ name }) => name === named);
    const fields = kind?.fields ?? {};
    return list([
      words.en?.label ?? "",
      t(kind?.label ?? "surveys.question.kind_gone"),
      ...fieldTexts(fields, textsOf(fields, settings), { t, shop, titles }).map(([label, text]) =>
        text === "" ? "" : `${label}: ${list(text.split("\n"))}`,
      ),
      ...Object.entries(words).flatMap(([language, { label, choices, low, high }]) =>
        language === "en" ? [low, high] : [label, ...choices, low, high],
      ),
      optional ? t("surveys.question.optional") : "",
    ]);
  };
  return ({ name, handle, placements, segmentId, questions, words }) => [
    [t("surveys.name"), name],
    [t("surveys.handle"), handle],
    [t("surveys.where"), list(placements.map((place) => t(`surveys.surface.${place}`)))],
    [
      t("surveys.audience"),
      segmentId === null ? t("surveys.everyone") : (segments.find(({ id }) => id === segmentId)?.name ?? segmentId),
    ],
    ...Object.entries(words).flatMap(([language, { title, thanks, submit }]): Described => {
      const named = (key: string) => `${t(key)} (${t(`surveys.languages.${language}`, language)})`;
      return [
        [named("surveys.heading"), title],
        [named("surveys.thanks"), thanks],
        [named("surveys.submit"), submit],
      ];
    }),
    ...questions.map((question, at): Described[number] => [
      t("surveys.question.title", { at: at + 1 }),
      ofQuestion(question),
    ]),
  ];
}
