// The status of an offer that the merchant sees: the offer's state, and whether the store already shows it.
import type { Attention } from "../../attention.ts";
import { stands, type Block } from "../../blocks.ts";
import type { Offer, OfferState, Publication } from "../offer.ts";

/**
 * `publishing` and `stopping`: the store still has another version. `published`: the store has the offer, and it is not known
 * whether the theme shows it. `used_up`: all uses of the code were used. `fault`: a fault keeps the offer from shoppers.
 */
export const SEEN_AS = [
  "draft",
  "scheduled",
  "active",
  "used_up",
  "paused",
  "ended",
  "publishing",
  "stopping",
  "published",
  "fault",
] as const;
export type SeenAs = (typeof SEEN_AS)[number];

type Judged = Pick<Offer, "state" | "version" | "placements"> & { publication: Pick<Publication, "shownVersion"> };

export function seenAs(offer: Judged, block: Block, troubles: Attention[], isUsedUp = false): SeenAs {
  const { state, version, placements, publication } = offer;
  const { shownVersion } = publication;
  if (state === "draft") return state;
  const isCurrent = shownVersion === version;
  // The theme itself hides an offer after the offer's own end.
  if (!isLive(state)) return shownVersion === null || isCurrent ? state : "stopping";
  if (troubles.some(({ tone }) => tone === "critical")) return "fault";
  if (isUsedUp) return "used_up";
  if (!isCurrent) return "publishing";
  if (state === "scheduled") return state;
  return placements.some((place) => stands(block, place)) ? "active" : "published";
}

/** The store is being updated: the page that shows the offer reads again. */
export const isPassing = (seen: SeenAs): boolean => seen === "publishing" || seen === "stopping";

export const isLive = (state: OfferState): boolean => state === "active" || state === "scheduled";

/** No language has a title or a text. A discount without words still shows how much is off. */
export const saysNothing = ({ words }: Pick<Offer, "words">): boolean =>
  Object.values(words).every(({ title, text }) => !title.trim() && !text.trim());
