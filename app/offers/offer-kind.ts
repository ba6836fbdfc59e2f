import type { Fields, Values } from "../fields.ts";
import type { Shop } from "../shop.server.ts";
import type { OfferContent } from "./wire.ts";

/** What the checkout gives. One kind more is one more file in publishing/grants/. */
export type Grant =
  /** Of the whole order: "10" is 10 %. */
  | { kind: "percent"; percent: string }
  /** Off the whole order, in the shop's currency. */
  | { kind: "amount"; amount: string };

/** The Shopify discount that stands behind an offer. */
export type DiscountSpec = {
  /** Shown at the checkout; empty for the offer's name. */
  title: string;
  grant: Grant;
  /** Null: an automatic discount. */
  code: string | null;
};

/** No discount: the offer grants nothing, and only says something. */
export type ResolvedOffer = { content: OfferContent; discount: DiscountSpec | null };

type Name<F extends Fields> = keyof F & string;

/**
 * A kind of offer. Plugins add more; the engine takes the map of kinds as an argument. `Context`: the shop, and what more a
 * plugin's kind is given.
 */
export type OfferKind<F extends Fields = Fields, Context = Shop> = {
  /** Key of a locale file. */
  label: string;
  help?: string;
  settings: F;
  /** When the checkout grants it: without `when`, or while the named setting is hidden, by itself. */
  when?: { code: Name<F> };
  /** Settings whose value no other offer of the shop may have in such a setting, in capitals or not. A copy begins without. */
  unique?: readonly Name<F>[];
  /** Settings that the card shows as they are typed. `resolve` has the last word. */
  shows?: { percent?: Name<F>; amount?: Name<F>; href?: Name<F> };
  /** What the blocks draw and what the store grants. Called when the offer is published, not per shopper. */
  resolve(context: Context, settings: Values<F>): ResolvedOffer | Promise<ResolvedOffer>;
  /** What `resolve` is given beside the offer's settings, as text: where it changes, the kind is asked again. */
  given?: string;
  /** A query of the segment language that narrows the audience, such as `loyalty_tier = 'GOLD'`. */
  audience?(settings: Values<F>): string | null;
};
