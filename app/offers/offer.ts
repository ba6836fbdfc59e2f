// An offer as pages and jobs see it, and what its state is at a moment.
import type { Fault } from "../errors.ts";
import type { OfferWords, Placement } from "./wire.ts";
import type { Instant } from "../instant.ts";

export const OFFER_STATES = ["draft", "scheduled", "active", "paused", "ended"] as const;
export type OfferState = (typeof OFFER_STATES)[number];

/** What the merchant wants of it. `deleted`: it stays, unseen, until its discount is gone from the store. */
export const WISHES = ["draft", "on", "paused", "ended", "deleted"] as const;
export type Wish = (typeof WISHES)[number];

/** Languages that our blocks speak; a shop's own is added. */
export const OFFER_LOCALES = ["en", "gu", "pa"] as const;

/** What the merchant writes. */
export type OfferTerms = {
  kind: string;
  name: string;
  /** Null: everyone. */
  segmentId: string | null;
  settings: Record<string, unknown>;
  words: Record<string, OfferWords>;
  placements: Placement[];
  startsAt: Instant;
  endsAt: Instant | null;
};

/** The merchant's row. */
export type OfferDefinition = OfferTerms & {
  id: string;
  /** Unique in the shop, the same for life. */
  handle: string;
  /** One more after each change that a merchant made. */
  version: number;
  /** The segment that really counts, where the kind narrows segmentId. */
  narrowedId: string | null;
  wish: Wish;
};

/** The worker's row: what the store has of the offer. */
export type Publication = {
  /** The state that publishing last brought about. */
  settledAs: OfferState | null;
  discountId: string | null;
  publishedAs: string | null;
  /** The version that the storefront shows; null while it shows none. */
  shownVersion: number | null;
  fault: Fault | null;
  /** What Shopify has of its discount, where that is not what was published. */
  found: Fault[];
  /** The discount does not grant what the offer promises: the offer is promised to nobody until it is mended. */
  withdrawn: boolean;
};

export type Offer = OfferDefinition & {
  /** What the wish and the dates make of it now. */
  state: OfferState;
  /** What customers' metafields call its audience; null for everyone, and while it was never published. */
  audienceKey: string | null;
  publication: Publication;
};

/** How a kind narrows whom an offer is for: a query, and the same by keys of locale files where words say it. */
export type Narrowing = { query: string; said: { label: string; value: string }[] | null };

/** What the dates make of a wish. A paused offer whose time is over has ended. */
export function stateAt(wish: Wish, startsAt: Instant, endsAt: Instant | null, now: Instant): OfferState {
  if (wish === "draft") return wish;
  if (wish === "ended" || wish === "deleted" || (endsAt && endsAt <= now)) return "ended";
  if (wish === "paused") return wish;
  return startsAt > now ? "scheduled" : "active";
}

/** Whom it is for; null for everyone. */
export const segmentOf = (offer: Pick<OfferDefinition, "segmentId" | "narrowedId">): string | null =>
  offer.narrowedId ?? offer.segmentId;

/** Languages for which an offer has words or may get them, the shop's first. */
export function localesFor(shopLocale: string, words: Record<string, unknown> = {}): string[] {
  const own = shopLocale.split("-")[0] || "en";
  return [...new Set([own, ...OFFER_LOCALES, ...Object.keys(words)])];
}
