// The whole rule in one sentence, so that a merchant reads what she has set.
import type { TFunction } from "i18next";
import { formatCount } from "../../ui/format.ts";
import type { ShopContext } from "../../ui/shop-context.ts";
import type { OfferDraft, SegmentChoice } from "./offer-draft.ts";
import type { OfferContent } from "../wire.ts";

type Gift = "message" | "automatic" | "code";

const giftOf = (content: OfferContent | null): Gift =>
  !content || content.shape === "message" ? "message" : content.code ? "code" : "automatic";

/** For a list: short. */
export const giftText = (t: TFunction, content: OfferContent | null): string =>
  t(`offers.gives.${giftOf(content)}`, { ...content });

export const audienceText = (t: TFunction, name: string | null, count: number | null, shop: ShopContext): string =>
  count === null
    ? t("offers.for.everyone")
    : t("offers.for.segment", { name: name ?? "", count, shown: formatCount(count, shop) });

export const placesText = (t: TFunction, placements: readonly string[], { locale }: ShopContext): string =>
  new Intl.ListFormat(locale).format(placements.map((placement) => t(`offers.placement.${placement}`)));

/** Wall-clock text as the merchant's language writes it; it is already in the shop's zone. */
export const wallText = (wall: string, { locale }: ShopContext): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" }).format(
    new Date(`${wall}Z`),
  );

export function ruleSentence(
  t: TFunction,
  draft: OfferDraft,
  content: OfferContent,
  segments: SegmentChoice[],
  shop: ShopContext,
): string {
  const segment = segments.find(({ id }) => id === draft.segment);
  const parts = {
    gift: t(`offers.rule.${giftOf(content)}`, { ...content }),
    audience: audienceText(t, segment?.name ?? null, draft.segment ? (segment?.count ?? 0) : null, shop),
    places: placesText(t, draft.placements, shop) || "…",
    from: isWall(draft.starts) ? wallText(draft.starts, shop) : "…",
    until: isWall(draft.ends) ? wallText(draft.ends, shop) : "",
  };
  return t(parts.until ? "offers.rule.until" : "offers.rule.open", parts);
}

export const isWall = (text: string): boolean => /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text);
