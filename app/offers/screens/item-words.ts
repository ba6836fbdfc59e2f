// The products and collections of an offer as the shopper's card and the merchant's summary name them.
import { gidsOf } from "../item-gids.ts";
import type { OfferContent, OfferWords, Some } from "../wire.ts";
import { blockText } from "./block-words.ts";

/** Titles by global id. A product or a collection that does not exist any more has none. */
export type Titles = Readonly<Record<string, string>>;

const MOST_NAMED = 3;
const LONGEST = 60;

/** The global ids of everything that the content names. */
export const gidsIn = (content: OfferContent): string[] =>
  content.shape === "discount"
    ? [content.items, content.deal?.buys, content.deal?.gets].flatMap((some) => (some ? gidsOf(some) : []))
    : [];

const shortened = (title: string): string => (title.length > LONGEST ? `${title.slice(0, LONGEST - 1)}…` : title);

type Says = { locale: string; more: (names: string, count: number) => string };

/** `A or B`, `A, B, C and 2 more`. Null: no title is known. */
export function namesText(some: Some | undefined, titles: Titles, { locale, more }: Says): string | null {
  const known = some ? gidsOf(some).flatMap((gid) => titles[gid] ?? []) : [];
  if (known.length === 0) return null;
  const shown = known.slice(0, MOST_NAMED).map(shortened);
  const rest = known.length - shown.length;
  const list = new Intl.ListFormat(locale, rest > 0 ? { type: "unit" } : { type: "disjunction" }).format(shown);
  return rest > 0 ? more(list, rest) : list;
}

/** Whether one unit of the items is the item itself, so that its name needs no number. */
export const isOneThing = ({ products }: Some, count: number): boolean => count === 1 && products?.length === 1;

/** The parts of a card's words that name products and collections, in the block's language. */
export function itemWords(
  content: OfferContent,
  titles: Titles,
  locale: string,
): Pick<OfferWords, "buys" | "gets" | "items"> {
  if (content.shape === "message") return {};
  const more = (names: string, count: number) => blockText(locale, "offer.more", { names, count });
  const name = (some: Some | undefined) => namesText(some, titles, { locale, more });
  const counted = (some: Some | undefined, count: number | undefined) => {
    const names = name(some);
    if (!some || names === null || count === undefined || isOneThing(some, count)) return names;
    return blockText(locale, "offer.some_of", { names, count });
  };
  const { items, deal } = content;
  const words = {
    items: name(items),
    buys: counted(deal?.buys, deal?.least.quantity),
    gets: counted(deal?.gets, deal?.quantity),
  };
  return Object.fromEntries(Object.entries(words).filter(([, text]) => text !== null));
}
