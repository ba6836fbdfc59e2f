// What a merchant reads of an offer: its state, as far as the store bears it out.
import type { Attention } from "../../attention.ts";
import { stands, type Block } from "../../blocks.ts";
import type { Offer, OfferState, Publication } from "../offer.ts";

/**
 * `publishing` and `stopping`: the store has another version still. `published`: the store has it, and whether the theme
 * shows it is not known. `fault`: something keeps it from shoppers.
 */
export const SEEN_AS = [
  "draft",
  "scheduled",
  "active",
  "paused",
  "ended",
  "publishing",
  "stopping",
  "published",
  "fault",
] as const;
export type SeenAs = (typeof SEEN_AS)[number];

type Judged = Pick<Offer, "state" | "version" | "placements"> & { publication: Pick<Publication, "shownVersion"> };

export function seenAs(offer: Judged, block: Block, troubles: Attention[]): SeenAs {
  const { state, version, placements, publication } = offer;
  const { shownVersion } = publication;
  if (state === "draft") return state;
  const isCurrent = shownVersion === version;
  // What ended by its own date is hidden by the theme itself.
  if (!isLive(state)) return shownVersion === null || isCurrent ? state : "stopping";
  if (troubles.some(({ tone }) => tone === "critical")) return "fault";
  if (!isCurrent) return "publishing";
  if (state === "scheduled") return state;
  return placements.some((place) => stands(block, place)) ? "active" : "published";
}

/** The store is being brought to what the offer says: the page that shows it reads again. */
export const isPassing = (seen: SeenAs): boolean => seen === "publishing" || seen === "stopping";

export const isLive = (state: OfferState): boolean => state === "active" || state === "scheduled";

/** A message without words; a discount says by itself how much is off. */
export const saysNothing = ({ words }: Pick<Offer, "words">): boolean =>
  Object.values(words).every(({ title, text }) => !title.trim() && !text.trim());
