// What a refund is worth in the shop's money. A webhook tells the payment in the money that the shopper paid with, and the
// refund's parts in both: https://shopify.dev/docs/api/admin-rest/latest/resources/refund
import { digitsOf } from "../../../currency.ts";
import { atRate, compareAmounts, isZero, sumOf } from "./sum.ts";

/** A payment that succeeded. Null: the platform does not name its currency. */
export type Payment = { amount: string; currency: string | null };

/**
 * What the refund's lines, taxes, shipping and duties come to, less its adjustments, on both sides. `adjusted` is the
 * part of it that the adjustments make: above zero what the merchant keeps, below zero what was given beyond the parts.
 */
export type Parts = { shop: string; presentment: string | null; adjusted: string };

/** One copy of a refund, as a webhook tells it. */
export type ToldRefund = {
  payments: Payment[];
  /** The possible sums: with the taxes added, and with the taxes within the prices. One where that is known. */
  parts: Parts[];
  /** The shop's currency when the order was placed, and the shopper's; null where this copy names none. */
  currency: string | null;
  presentmentCurrency: string | null;
};

/** Of the order: its currencies, and amounts on both sides, the best first, of which one gives the rate. */
export type OrderMoney = {
  currency: string;
  presentmentCurrency: string;
  rates: { shop: string; presentment: string | null }[];
};

/** `amount` null: no rate is known. `presentmentAmount` null: the platform does not say. */
export type RefundFigure = { amount: string | null; presentmentAmount: string | null; adjusted: string };

/** `order` null: it is not here yet. `shopCurrency`: what the shop's money is now, where nothing names it. */
export function refundFigure(told: ToldRefund, order: OrderMoney | null, shopCurrency: string): RefundFigure {
  const ours = order?.currency ?? told.currency ?? shopCurrency;
  const theirs = order?.presentmentCurrency ?? told.presentmentCurrency ?? ours;
  if (told.payments.length === 0) return { amount: "0", presentmentAmount: "0", adjusted: "0" };
  const sorted = sortPayments(told, ours, theirs);
  const paid = { ours: sumOf(sorted.ours), theirs: sumOf(sorted.theirs) };
  const parts = matchingParts(told.parts, sorted, paid);
  const adjusted = isZero(sumOf([paid.ours, paid.theirs])) ? "0" : (parts ?? told.parts[0])?.adjusted;
  return { ...sidesOf({ sorted, paid, parts, order, ours, theirs }), adjusted: adjusted ?? "0" };
}

type Sorted = { ours: string[]; theirs: string[]; others: string[] };

function sortPayments({ payments, parts }: ToldRefund, ours: string, theirs: string): Sorted {
  const sorted: Sorted = { ours: [], theirs: [], others: [] };
  for (const { amount, currency } of payments) {
    const isOurs =
      currency === null ? ours === theirs || parts.some(({ shop }) => same(shop, amount)) : currency === ours;
    if (isOurs) sorted.ours.push(amount);
    else if (currency === null || currency === theirs) sorted.theirs.push(amount);
    else sorted.others.push(amount);
  }
  return sorted;
}

type Paid = { ours: string; theirs: string };

/** The sum of the parts that is the sum of the payments, to the coin. */
function matchingParts(parts: Parts[], sorted: Sorted, paid: Paid): Parts | undefined {
  if (sorted.others.length > 0 || (sorted.ours.length > 0 && sorted.theirs.length > 0)) return undefined;
  return parts.find(({ shop, presentment }) =>
    sorted.theirs.length > 0 ? presentment !== null && same(presentment, paid.theirs) : same(shop, paid.ours),
  );
}

type Known = {
  sorted: Sorted;
  paid: Paid;
  parts: Parts | undefined;
  order: OrderMoney | null;
  ours: string;
  theirs: string;
};

function sidesOf({
  sorted,
  paid,
  parts,
  order,
  ours,
  theirs,
}: Known): Pick<RefundFigure, "amount" | "presentmentAmount"> {
  if (sorted.others.length > 0) return { amount: null, presentmentAmount: null };
  if (ours === theirs) return { amount: paid.ours, presentmentAmount: paid.ours };
  if (parts) return { amount: parts.shop, presentmentAmount: parts.presentment };
  const rate = order?.rates.find(({ shop, presentment }) => isAboveZero(shop) && isAboveZero(presentment));
  const converted = (amount: string, from: "shop" | "presentment", to: "shop" | "presentment", currency: string) =>
    isZero(amount) ? "0" : atRate(amount, rate?.[to] ?? "0", rate?.[from] ?? "0", digitsOf(currency));
  const inOurs = converted(paid.theirs, "presentment", "shop", ours);
  const inTheirs = converted(paid.ours, "shop", "presentment", theirs);
  return {
    amount: inOurs === null ? null : sumOf([paid.ours, inOurs]),
    presentmentAmount: inTheirs === null ? null : sumOf([paid.theirs, inTheirs]),
  };
}

const same = (one: string, other: string) => compareAmounts(one, other) === 0;
const isAboveZero = (amount: string | null) => amount !== null && compareAmounts(amount, "0") > 0;
