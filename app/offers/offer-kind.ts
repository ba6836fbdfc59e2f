import type { Fields, Values } from "../fields.ts";
import type { Shop } from "../shop.server.ts";
import type { Deal, Least, OfferContent, Some } from "./wire.ts";

/** What the checkout gives. Each kind of grant has a file in publishing/grants/. `items`: left out for the whole order. */
export type Grant =
  /** A share of the price: "10" is 10 %. */
  | { kind: "percent"; percent: string; items?: Some }
  /** An amount in the shop's currency: off the order, or off each unit of the items. */
  | { kind: "amount"; amount: string; items?: Some; each?: true }
  /** The delivery, to every country and at any rate. */
  | { kind: "shipping" }
  /** Buy X get Y. */
  | ({ kind: "deal" } & Deal);

/** `once` and `uses` are for codes only. `uses`: how often the code can be used in all. */
export type GrantConditions = { minimum?: Least; once?: true; uses?: number };

/** The Shopify discount of an offer. */
export type DiscountSpec = {
  /** The title at the checkout. Empty: the offer's name. */
  title: string;
  grant: Grant;
  /** Null or empty: an automatic discount. */
  code: string | null;
  conditions?: GrantConditions;
};

/** `discount` null: the offer is a message and grants nothing. */
export type ResolvedOffer = { content: OfferContent; discount: DiscountSpec | null };

type Name<F extends Fields> = keyof F & string;

/**
 * A kind of offer. Plugins add more kinds. The engine takes the map of kinds as an argument. `Context`: the shop, and what else a
 * plugin's kind gets.
 */
export type OfferKind<F extends Fields = Fields, Context = Shop> = {
  /** Key of a locale file. */
  label: string;
  help?: string;
  settings: F;
  /**
   * The setting with the code that the shopper enters. Left out, or while the setting is hidden or empty: the checkout applies
   * the discount by itself.
   */
  when?: { code: Name<F> };
  /**
   * Settings whose value no other offer of the shop may have, regardless of case. A copy of the offer begins without these
   * settings.
   */
  unique?: readonly Name<F>[];
  /** Settings that the preview shows while the merchant types. The published card shows the result of `resolve`. */
  shows?: {
    percent?: Name<F>;
    amount?: Name<F>;
    href?: Name<F>;
    /** The least amount and the least number of items. */
    subtotal?: Name<F>;
    count?: Name<F>;
    /** Of a deal: the number of items that the customer gets, and the share off them. Left out: one item, free. */
    gets?: Name<F>;
    share?: Name<F>;
  };
  /** The kind gives free shipping, or a deal: buy X get Y. Left out: a percentage, an amount or a message. */
  gives?: "shipping" | "deal";
  /** Returns what the blocks draw and what the store grants. Called when the offer is published, not per shopper. */
  resolve(context: Context, settings: Values<F>): ResolvedOffer | Promise<ResolvedOffer>;
  /** Other input of `resolve` than the offer's settings, as text. When the text changes, the kind is called again. */
  given?: string;
  /** A query of the segment language that narrows the audience, such as `loyalty_tier = 'GOLD'`. */
  audience?(settings: Values<F>): string | null;
};
