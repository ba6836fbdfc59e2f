// What crosses from the app to the theme block: JSON in an app-data metafield, read by Liquid. No request to us.

/** What one shopper may see, in one language. */
export type OfferWords = {
  title: string;
  text: string;
  action: string;
  /** The last day as this language writes it, in the shop's zone: added when the offer is published. */
  until?: string;
  /** An amount as this language writes it, in the shop's currency: added when the offer is published. */
  amount?: string;
};

/** How much is off: a share of the order ("10" is 10 %), or an amount in the shop's currency. */
export type Off = { percent: string; amount?: undefined } | { amount: string; percent?: undefined };

/** The closed shapes that our own blocks draw. */
export type OfferContent =
  { shape: "message"; href: string | null } | ({ shape: "discount"; code: string | null; href: string | null } & Off);

export const placements = ["home", "product", "cart", "account"] as const;
export type Placement = (typeof placements)[number];

export type PublishedOffer = OfferContent & {
  id: string;
  /** Key in the customer's list of audiences; null shows the offer to everyone. */
  audience: string | null;
  placements: Placement[];
  /** Seconds since 1970: Liquid compares them with `'now' | date: '%s'`. */
  from: number;
  until: number | null;
  words: Record<string, OfferWords>;
};

export type OfferCatalogue = { offers: PublishedOffer[] };
