// Sorts the list of offers by what came of them.
import type { OfferLine } from "./offer-lines.server.ts";

/** The columns by which the list can be sorted. Their values are numbers. */
export const SORTED = ["used", "revenue"] as const;

export type Sort = { by: (typeof SORTED)[number]; direction: "ascending" | "descending" };

/** Reads the sort from the address of the list. Null: the newest offers come first. */
export function sortOf(text: string | null): Sort | null {
  const by = SORTED.find((name) => text?.startsWith(`${name}-`));
  return by ? { by, direction: text?.endsWith("-ascending") ? "ascending" : "descending" } : null;
}

/** Offers that orders cannot use come last. */
export function sortOffers<Line extends Pick<OfferLine, "use">>(offers: readonly Line[], sort: Sort | null): Line[] {
  if (!sort) return [...offers];
  const sign = sort.direction === "ascending" ? 1 : -1;
  const rank = ({ use }: Line) => (use ? sign * Number(use[sort.by]) : Infinity);
  return offers.toSorted((one, other) => (rank(one) < rank(other) ? -1 : rank(one) > rank(other) ? 1 : 0));
}
