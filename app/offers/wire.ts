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
  /** The least amount that the shopper must spend, written like `amount`. Added when the offer is published. */
  least?: string;
  /** The products and collections that the discount is for, and of a deal, that the shopper buys and gets: `2 of Earl Grey or Masala Chai`. */
  items?: string;
  buys?: string;
  gets?: string;
};

/** Some products or collections of the store, by their ids. */
export type Some = { products: string[]; collections?: undefined } | { collections: string[]; products?: undefined };

/** What a shopper must buy: so many units, or for so much money in the shop's currency. */
export type Least = { quantity: number; subtotal?: undefined } | { subtotal: string; quantity?: undefined };

/**
 * Buy X get Y: who buys the least of `buys` gets so many units of `gets` for less ("100" is free). `perOrder`: how often in one
 * order. Null: any number of times.
 */
export type Deal = { buys: Some; least: Least; gets: Some; quantity: number; share: string; perOrder: number | null };

type Never<Name extends string> = { [K in Name]?: undefined };

/** What is off: a share of the price ("10" is 10 %), an amount in the shop's currency, the delivery, or units of a deal. */
export type Off =
  | ({ percent: string } & Never<"amount" | "shipping" | "deal">)
  | ({ amount: string } & Never<"percent" | "shipping" | "deal">)
  | ({ shipping: true } & Never<"percent" | "amount" | "deal">)
  | ({ deal: Deal } & Never<"percent" | "amount" | "shipping">);

/** `items`: left out for the whole order. `minimum`: what the order must hold of these items. `once`: once per customer.
 * `uses`: how often the code can be used in all. `each`: the amount is off each unit. */
export type Conditions = { items?: Some; minimum?: Least; once?: true; uses?: number; each?: true };

/** The closed shapes that our own blocks draw. */
export type OfferContent =
  | { shape: "message"; href: string | null }
  | ({ shape: "discount"; code: string | null; href: string | null } & Off & Conditions);

export const placements = ["home", "product", "cart", "account"] as const;
export type Placement = (typeof placements)[number];

export type PublishedOffer = OfferContent & {
  id: string;
  /** The key of the audience, which the customer's metafield must contain. Null: everyone sees the offer. */
  audience: string | null;
  /** The key in the metafield of each customer who has used the code as often as a customer may. Such customers do not see the offer. */
  used?: string;
  placements: Placement[];
  /** Seconds since 1970: Liquid compares them with `'now' | date: '%s'`. */
  from: number;
  until: number | null;
  words: Record<string, OfferWords>;
};

export type OfferCatalogue = { offers: PublishedOffer[] };
