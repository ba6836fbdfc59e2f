// An offer as pages and jobs see it, and what its state is at a moment.
import type { OfferWords, Placement } from "./wire.ts";
import type { Fault } from "../errors.ts";
import type { Instant } from "../instant.ts";

export const OFFER_STATES = ["draft", "scheduled", "active", "paused", "ended"] as const;
export type OfferState = (typeof OFFER_STATES)[number];

/** Languages that our blocks speak; a shop's own is added. */
export const OFFER_LOCALES = ["en", "gu", "pa"] as const;

export type Offer = {
  id: string;
  /** Another one after each change that a merchant made. */
  version: string;
  kind: string;
  name: string;
  /** Null: everyone. */
  segmentId: string | null;
  /** The segment that really counts: segmentId, narrowed by the kind where it asks for it. */
  audienceId: string | null;
  settings: Record<string, unknown>;
  words: Record<string, OfferWords>;
  placements: Placement[];
  state: OfferState;
  startsAt: Instant;
  endsAt: Instant | null;
  discountId: string | null;
  publishedAs: string | null;
  /** The version that the storefront shows; null while it shows none. */
  shownVersion: string | null;
  fault: Fault | null;
  /** What Shopify has of its discount, where that is not what was published. */
  found: Fault[];
  /** The discount does not grant what the offer promises: it is promised to nobody until it is mended. */
  withdrawn: boolean;
};

/** How a kind narrows whom an offer is for: a query, and the same by keys of locale files where words say it. */
export type Narrowing = { query: string; said: { label: string; value: string }[] | null };

/** What the schedule makes of a stored state. A paused offer whose time is over has ended. */
export function stateAt(stored: OfferState, startsAt: Instant, endsAt: Instant | null, now: Instant): OfferState {
  if (stored === "draft" || stored === "ended") return stored;
  if (endsAt && endsAt <= now) return "ended";
  if (stored === "paused") return "paused";
  return startsAt > now ? "scheduled" : "active";
}

/** The segment whose key stands in the customers' metafields; null for everyone. */
export const keyOf = (offer: Pick<Offer, "segmentId" | "audienceId">): string | null =>
  offer.audienceId ?? offer.segmentId;

/** Languages for which an offer has words or may get them, the shop's first. */
export function localesFor(shopLocale: string, words: Record<string, unknown> = {}): string[] {
  const own = shopLocale.split("-")[0] || "en";
  return [...new Set([own, ...OFFER_LOCALES, ...Object.keys(words)])];
}
