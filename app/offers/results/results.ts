import type { Instant } from "../../instant.ts";
import type { OfferState } from "../offer.ts";
import type { OfferContent } from "../wire.ts";

/** `used`: the number of orders. `revenue`: what these orders are worth. `uncounted`: the orders that `revenue` leaves out. */
export type Use = { used: number; revenue: string; uncounted: number };

/**
 * Of the orders that used an offer, in the shop's currency. `customers`: without orders that have no customer. `firstTime`: orders
 * of customers who had not ordered before. `revenue`: what the orders are worth after edits and refunds. `discount`: what the offer
 * took off when the orders were placed. `uncounted` and `unknownDiscounts`: the orders that revenue and discount leave out.
 */
export type Figures = {
  used: number;
  customers: number;
  firstTime: number;
  revenue: string;
  discount: string;
  refunded: string;
  uncounted: number;
  unknownDiscounts: number;
};

/** Null, for the customer: the order has none. */
export type UsedOrder = {
  id: string;
  name: string | null;
  at: Instant;
  worth: string | null;
  discount: string | null;
  customer: { id: string; firstName: string | null; lastName: string | null; email: string | null } | null;
};

/**
 * `recent`: of the last 30 days. `days`: the orders of each of these days, the oldest first. `last`: the newest orders. `lacksErased`:
 * data of a customer were erased since the offer was created, and with them the customer's orders.
 */
export type OfferResults = {
  recent: Figures;
  total: Figures;
  days: { day: string; value: string }[];
  last: UsedOrder[];
  lacksErased: boolean;
};

/** Orders can use an offer that was published and has a discount. `content` null: it is not known whether there is a discount. */
export const isCountable = (state: OfferState, content: OfferContent | null): boolean =>
  state !== "draft" && content?.shape !== "message";
