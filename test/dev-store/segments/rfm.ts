// Shopify's RFM groups: quintiles of recency, frequency and spend within the store. The grid's cells are derived from the
// descriptions of the CustomerRfmGroup enum. Half an FM value rounds up.

import { amountSpent, lastOrder, ordersOf } from "../history.ts";
import type { ShopState } from "../model.ts";
import { stateMark } from "./state-mark.ts";

/** By customer id. Customers without orders are missing. `tiers` is empty while the store has too few sales for predictions. */
export type Scores = { groups: Map<string, string>; tiers: Map<string, string> };
const known = new WeakMap<ShopState, { mark: string; scores: Scores }>();
/** Shopify predicts only for stores with at least this many sales. */
const FEWEST_SALES = 100;

/** Call once for many customers, because checking for changes reads the whole state. */
export function rfmScores(shop: ShopState): Scores {
  const mark = stateMark(shop);
  const found = known.get(shop);
  if (found?.mark === mark) return found.scores;
  const scores = score(shop);
  known.set(shop, { mark, scores });
  return scores;
}

function score(shop: ShopState): Scores {
  const buyers = [...shop.customers.keys()].flatMap((id) => {
    const orders = ordersOf(shop, id).length;
    const last = lastOrder(shop, id);
    return last === null ? [] : [{ id, last: Date.parse(last.processedAt), orders, spent: amountSpent(shop, id) }];
  });
  const recency = quintiles(buyers.map((one) => one.last));
  const frequency = quintiles(buyers.map((one) => one.orders));
  const spend = quintiles(buyers.map((one) => one.spent));
  const scores: Scores = { groups: new Map(), tiers: new Map() };
  for (const one of buyers) {
    const fm = Math.floor((frequency(one.orders) + spend(one.spent)) / 2 + 0.5);
    scores.groups.set(one.id, groupOf(recency(one.last), fm));
    if (shop.orders.size > FEWEST_SALES) scores.tiers.set(one.id, tierOf(spend(one.spent)));
  }
  return scores;
}

/** 5 for a value in the top fifth, 1 for a value in the lowest. */
function quintiles(values: number[]): (value: number) => number {
  const sorted = [...values].sort((a, b) => a - b);
  const bounds = [1, 2, 3, 4].map((fifth) => sorted[Math.floor((sorted.length * fifth) / 5)] ?? Infinity);
  return (value) => 1 + bounds.filter((bound) => value >= bound).length;
}

function groupOf(recency: number, fm: number): string {
  if (recency <= 2) return fm === 5 ? "PREVIOUSLY_LOYAL" : fm >= 3 ? "AT_RISK" : "DORMANT";
  if (fm >= 4) return recency === 5 ? "CHAMPIONS" : "LOYAL";
  if (recency === 3) return fm === 3 ? "NEEDS_ATTENTION" : "ALMOST_LOST";
  if (fm >= 2) return "ACTIVE";
  return recency === 5 ? "NEW" : "PROMISING";
}

function tierOf(spend: number): string {
  if (spend === 5) return "HIGH";
  return spend >= 3 ? "MEDIUM" : "LOW";
}
