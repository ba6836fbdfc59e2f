// The discounts of two offers exclude each other at the checkout, which grants the larger one. So the storefront shows one of a
// customer's discounts, and the merchant sees which offers it replaces.
import type { Offer } from "../offer.ts";
import { segmentOf } from "../offer.ts";
import type { Off, OfferContent } from "../wire.ts";
import type { Instant } from "../../instant.ts";

export type LiveOffer = {
  offer: Pick<Offer, "id" | "name" | "segmentId" | "narrowedId" | "placements" | "startsAt" | "endsAt">;
  content: OfferContent;
};

/** An offer that replaces another. `count`: for how many customers; null: for everybody whom the other offer is for. */
export type Rival = { id: string; name: string; off: Off; count: number | null };
export type Standing = {
  /** Offers whose discount the checkout grants instead of this one. */
  beatenBy: Rival[];
  /** Offers whose discount the checkout leaves out because of this one. */
  beats: Rival[];
  /** Offers of which the cart decides whether the checkout grants them or this one. */
  depends: Rival[];
  /** Names of the offers that the theme block shows before this one, if they fill a block with the default limit. */
  behind: string[];
  /** The name of the offer because of which no customer sees this one on any page. Null: some customers may see it. */
  notShownFor: string | null;
};

/** The number of offers that the theme block shows by default: `limit` in offer.liquid. */
const BLOCK_LIMIT = 2;

/** Personal offers come before those for everyone, then the newest first. */
export const inBlockOrder = (a: LiveOffer, b: LiveOffer): number =>
  Number(segmentOf(b.offer) !== null) - Number(segmentOf(a.offer) !== null) ||
  b.offer.startsAt.getTime() - a.offer.startsAt.getTime() ||
  a.offer.id.localeCompare(b.offer.id);

/** The discount for a cart of 100. Buy X get Y gives nothing until its items are in the cart. */
const offOf = ({ content }: LiveOffer): number =>
  content.shape === "discount" ? Number(content.amount ?? content.percent ?? 0) : 0;

/** Sorts by what the checkout prefers. Equal discounts are in the block's order. */
const asGranted = (a: LiveOffer, b: LiveOffer): number => offOf(b) - offOf(a) || inBlockOrder(a, b);

const isAmount = ({ content }: LiveOffer): boolean => content.shape === "discount" && content.amount !== undefined;
const isShipping = ({ content }: LiveOffer): boolean => content.shape === "discount" && content.shipping === true;
const hasTerms = ({ content }: LiveOffer): boolean =>
  content.shape === "discount" && Boolean(content.deal ?? content.items ?? content.minimum);
const cartDecides = (a: LiveOffer, b: LiveOffer): boolean =>
  isAmount(a) !== isAmount(b) || (!isShipping(a) && (hasTerms(a) || hasTerms(b)));

const placesMeet = (a: LiveOffer, b: LiveOffer): boolean =>
  a.offer.placements.some((place) => b.offer.placements.includes(place));

/** Whether `winner` is granted on each page where `self` could be shown. */
const coversPlaces = ({ offer, content }: LiveOffer, self: LiveOffer): boolean =>
  (content.shape === "discount" && content.code === null) ||
  self.offer.placements.every((place) => offer.placements.includes(place));

/** An automatic discount applies wherever its offer is shown. A code applies only where the customer can read it. */
function excludeEachOther(a: LiveOffer, b: LiveOffer): boolean {
  if (a.content.shape !== "discount" || b.content.shape !== "discount") return false;
  // Free shipping goes with the other discounts. Of two, the checkout grants one.
  if (isShipping(a) !== isShipping(b)) return false;
  const [winner] = [a, b].sort(asGranted);
  const isCode = winner?.content.shape === "discount" && winner.content.code !== null;
  return timesMeet(a, b) && (!isCode || placesMeet(a, b));
}

function timesMeet({ offer: a }: LiveOffer, { offer: b }: LiveOffer): boolean {
  return !(a.endsAt && a.endsAt <= b.startsAt) && !(b.endsAt && b.endsAt <= a.startsAt);
}

/** Whether `a` is active during the whole time of `b` from now on. */
function coversTime({ offer: a }: LiveOffer, { offer: b }: LiveOffer, now: Instant): boolean {
  return (a.startsAt <= now || a.startsAt <= b.startsAt) && (!a.endsAt || (b.endsAt !== null && a.endsAt >= b.endsAt));
}

/** The number of customers who are in both segments. With one segment twice: its members. */
export type Together = (a: string, b: string) => number;

/** The customers who have both offers. `count` null: everybody whom `self` is for. Null: no customer has both. */
function customersOfBoth(self: LiveOffer, other: LiveOffer, together: Together): { count: number | null } | null {
  const [mine, theirs] = [segmentOf(self.offer), segmentOf(other.offer)];
  if (theirs === null || mine === theirs) return { count: null };
  if (mine === null) return { count: together(theirs, theirs) };
  const count = together(mine, theirs);
  return count > 0 ? { count } : null;
}

export function standingOf(
  self: LiveOffer,
  others: LiveOffer[],
  together: Together,
  now: Instant = self.offer.startsAt,
): Standing {
  const rivals = others.flatMap((other) => {
    const met = customersOfBoth(self, other, together);
    return met ? [{ other, count: met.count }] : [];
  });
  const rival = ({ other, count }: (typeof rivals)[number]): Rival => ({
    id: other.offer.id,
    name: other.offer.name,
    off: other.content.shape === "discount" ? other.content : { percent: "" },
    count,
  });
  const [depends, excluded] = [true, false].map((open) =>
    rivals.filter(({ other }) => excludeEachOther(self, other) && cartDecides(self, other) === open),
  ) as [typeof rivals, typeof rivals];
  const winners = excluded
    .filter(({ other }) => asGranted(other, self) < 0)
    .sort((a, b) => asGranted(a.other, b.other));
  // If all customers of this offer get a larger discount all the time, smaller discounts do not matter.
  const coversAll = ({ other, count }: (typeof rivals)[number]) => count === null && coversTime(other, self, now);
  const all = winners.findIndex(coversAll);
  const covering = winners.find((winner) => coversAll(winner) && coversPlaces(winner.other, self));
  return {
    beatenBy: (all < 0 ? winners : winners.slice(0, all + 1)).map(rival),
    beats: all < 0 ? excluded.filter(({ other }) => asGranted(self, other) < 0).map(rival) : [],
    depends: depends.map(rival),
    behind: behind(
      self,
      rivals.map(({ other }) => other),
    ),
    notShownFor: covering?.other.offer.name ?? null,
  };
}

/** The names of what the block shows before this offer. The block shows one discount, so all discounts take up one place. */
function behind(self: LiveOffer, rivals: LiveOffer[]): string[] {
  const before = rivals.filter(
    (other) => inBlockOrder(other, self) < 0 && placesMeet(self, other) && timesMeet(self, other),
  );
  const messages = before.filter(({ content }) => content.shape === "message");
  const [discount] =
    self.content.shape === "message" ? before.filter(({ content }) => content.shape === "discount") : [];
  const shown = discount ? [...messages, discount] : messages;
  return shown.length >= BLOCK_LIMIT ? shown.map(({ offer }) => offer.name) : [];
}

/**
 * The offers that a customer may have now, each with the name of the offer whose discount the checkout grants instead, or null.
 */
export function markBeaten<One extends LiveOffer>(offers: One[]): { offer: One; beatenBy: string | null }[] {
  return offers.map((self) => {
    const [winner] = offers
      .filter((other) => other !== self && excludeEachOther(self, other) && !cartDecides(self, other))
      .sort(asGranted);
    return { offer: self, beatenBy: winner && asGranted(winner, self) < 0 ? winner.offer.name : null };
  });
}
