// The type of an offer for pages and jobs, and the rule for an offer's state at a moment.
import type { Fault } from "../errors.ts";
import type { OfferWords, Placement } from "./wire.ts";
import type { Instant } from "../instant.ts";

export const OFFER_STATES = ["draft", "scheduled", "active", "paused", "ended"] as const;
export type OfferState = (typeof OFFER_STATES)[number];

/** The state that the merchant wants. `deleted`: the row stays, hidden, until the discount is deleted in Shopify. */
export const WISHES = ["draft", "on", "paused", "ended", "deleted"] as const;
export type Wish = (typeof WISHES)[number];

/** The languages of our blocks' own words. The shop's language is added to them. */
export const OFFER_LOCALES = ["en", "gu", "pa"] as const;

/** The terms that the merchant writes. */
export type OfferTerms = {
  kind: string;
  name: string;
  /** Null: everyone. */
  segmentId: string | null;
  settings: Record<string, unknown>;
  words: Record<string, OfferWords>;
  placements: Placement[];
  /** Percent of the customers whom the test holds out: they do not get the offer. 0: no test. */
  holdout: number;
  startsAt: Instant;
  endsAt: Instant | null;
};

/** The merchant's row. */
export type OfferDefinition = OfferTerms & {
  id: string;
  /** Unique in the shop. The handle never changes. */
  handle: string;
  /** The number of the offer's present version. Each change by a merchant raises it. */
  version: number;
  /** The segment of the members whom the kind's query selects from segmentId. Null: the kind does not narrow the segment. */
  narrowedId: string | null;
  /** The test that decides which customers get the offer. Null: all customers of the segment get it. */
  experimentId: string | null;
  wish: Wish;
};

/** The worker's row: what the store has of the offer. */
export type Publication = {
  /** The state that the last publishing carried out. */
  settledAs: OfferState | null;
  discountId: string | null;
  publishedAs: string | null;
  /** The version that the storefront shows. Null: the storefront shows none. */
  shownVersion: number | null;
  fault: Fault | null;
  /** How the discount in Shopify differs from what was published. */
  found: Fault[];
  /** The discount does not grant what the offer promises. The offer is shown to nobody until the discount is corrected. */
  withdrawn: boolean;
};

export type Offer = OfferDefinition & {
  /** The state at present, from the wish and the dates. */
  state: OfferState;
  /** The key of the offer's audience in customers' metafields. Null for an offer to everyone, and before the first publishing. */
  audienceKey: string | null;
  publication: Publication;
};

/** The query by which a kind narrows its segment. `said`: the same as locale keys, where every part of the query has a text. */
export type Narrowing = { query: string; said: { label: string; value: string }[] | null };

/** The state at a moment. A paused offer whose end has passed has ended. */
export function stateAt(wish: Wish, startsAt: Instant, endsAt: Instant | null, now: Instant): OfferState {
  if (wish === "draft") return wish;
  if (wish === "ended" || wish === "deleted" || (endsAt && endsAt <= now)) return "ended";
  if (wish === "paused") return wish;
  return startsAt > now ? "scheduled" : "active";
}

/** The segment that the offer is for. Null: everyone. */
export const segmentOf = (offer: Pick<OfferDefinition, "segmentId" | "narrowedId">): string | null =>
  offer.narrowedId ?? offer.segmentId;

/** The languages in which an offer has words or may get words. The shop's language is the first. */
export function localesFor(shopLocale: string, words: Record<string, unknown> = {}): string[] {
  const own = shopLocale.split("-")[0] || "en";
  return [...new Set([own, ...OFFER_LOCALES, ...Object.keys(words)])];
}
