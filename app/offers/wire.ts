// The types of the JSON that the app publishes for the theme block, in an app-data metafield that Liquid reads. The block sends
// the app no request.

/** An offer's words in one language. */
export type OfferWords = {
  title: string;
  text: string;
  action: string;
  /** The last day in this language, in the shop's zone. Added when the offer is published. */
  until?: string;
  /** The amount in this language and in the shop's currency. Added when the offer is published. */
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
  /** The key of the audience, which the customer's metafield must contain. Null: everyone sees the offer. */
  audience: string | null;
  placements: Placement[];
  /** Seconds since 1970: Liquid compares them with `'now' | date: '%s'`. */
  from: number;
  until: number | null;
  words: Record<string, OfferWords>;
};

export type OfferCatalogue = { offers: PublishedOffer[] };
