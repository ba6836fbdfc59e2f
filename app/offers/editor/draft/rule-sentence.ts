// Writes an offer's rule as one sentence, so that the merchant can check the settings.
import type { TFunction } from "i18next";
import { formatCount } from "../../../ui/format.ts";
import type { ShopContext } from "../../../ui/shop-context.ts";
import type { OfferDraft } from "./offer-draft.ts";
import { gainWithLeastText, limitTexts, termsText } from "../../screens/off-text.ts";
import type { Titles } from "../../screens/item-words.ts";
import type { Narrowing } from "../../offer.ts";
import type { OfferContent } from "../../wire.ts";

/** `code_to_choose`: the code is still empty. */
type Gift = "message" | "automatic" | "code" | "code_to_choose";

const giftOf = (content: OfferContent): Gift =>
  content.shape === "message"
    ? "message"
    : content.code === null
      ? "automatic"
      : content.code
        ? "code"
        : "code_to_choose";

type SaysOff = (content: OfferContent & { shape: "discount" }) => string;
const wordsOf = (content: OfferContent, say: SaysOff) =>
  content.shape === "discount" ? { code: content.code, gain: say(content) } : {};

const withLimits = (t: TFunction, gift: string, content: OfferContent, shop: ShopContext): string =>
  [gift, ...(content.shape === "discount" ? limitTexts(t, content, shop) : [])].join(", ");

/** What the offer gives, as a short text for a list. */
export function giftText(t: TFunction, content: OfferContent | null, shop: ShopContext): string {
  if (!content) return t("offers.gives.unknown");
  const words = wordsOf(content, (discount) => gainWithLeastText(t, discount, shop));
  return withLimits(t, t(`offers.gives.${giftOf(content)}`, words), content, shop);
}

/** The segment's name, and how the kind narrows the segment. `count`: null where the number of customers is not known. */
export type Audience = { name: string | null; narrowing: Narrowing | null; count: number | null };

function narrowingText(t: TFunction, { query, said }: Narrowing, { locale }: ShopContext): string {
  if (said === null) return query;
  const parts = said.map(({ label, value }) => t("offers.for.with", { label: t(label), value: t(value) }));
  return new Intl.ListFormat(locale).format(parts);
}

export function audienceText(t: TFunction, { name, narrowing, count }: Audience, shop: ShopContext): string {
  const words = {
    name: name ?? "",
    narrowing: narrowing ? narrowingText(t, narrowing, shop) : "",
    count: count ?? 0,
    shown: formatCount(count ?? 0, shop),
  };
  if (narrowing !== null) {
    const who = t(name === null ? "offers.for.everyone_who" : "offers.for.those_who", words);
    return count === null ? who : t("offers.for.counted", { ...words, who });
  }
  if (name !== null && count === null) return name;
  return name === null ? t("offers.for.everyone") : t("offers.for.segment", words);
}

export const placesText = (t: TFunction, placements: readonly string[], { locale }: ShopContext): string =>
  new Intl.ListFormat(locale).format(placements.map((placement) => t(`offers.placement.${placement}`)));

/** A wall-clock time in the merchant's language. The time is in the shop's zone already. */
export const wallText = (wall: string, { locale }: ShopContext): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" }).format(
    new Date(`${wall}Z`),
  );

export function ruleSentence(
  t: TFunction,
  draft: OfferDraft,
  content: OfferContent,
  audience: Audience,
  shop: ShopContext,
  titles: Titles = {},
): string {
  const words = wordsOf(content, (discount) => termsText(t, discount, shop, titles));
  const gift = t(`offers.rule.${giftOf(content)}`, words);
  const parts = {
    gift: withLimits(t, gift, content, shop),
    audience: audienceText(t, audience, shop),
    places: placesText(t, draft.placements, shop) || "…",
    from: isWall(draft.starts) ? wallText(draft.starts, shop) : "…",
    until: isWall(draft.ends) ? wallText(draft.ends, shop) : "",
  };
  return t(parts.until ? "offers.rule.until" : "offers.rule.open", parts);
}

export const isWall = (text: string): boolean => /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text);
