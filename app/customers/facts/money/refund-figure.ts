// What a refund is worth in the shop's currency. A webhook gives the payment in the currency that the shopper paid with, and the
// refund's parts in both currencies: https://shopify.dev/docs/api/admin-rest/latest/resources/refund
import { digitsOf } from "../../../currency.ts";
import { atRate, compareAmounts, isZero, sumOf } from "./sum.ts";

/** A payment that succeeded. Null: the platform does not name its currency. */
export type Payment = { amount: string; currency: string | null };

/**
 * The sum of the refund's lines, taxes, shipping and duties, less its adjustments, in both currencies. `adjusted` is the sum of
 * the adjustments: above zero what the merchant keeps, below zero what was given beyond the parts.
 */
export type Parts = { shop: string; presentment: string | null; adjusted: string };

/** A refund as a webhook gives it. */
export type ReportedRefund = {
  payments: Payment[];
  /** The possible sums: with taxes added, and with taxes included in the prices. One entry where the copy says which. */
  parts: Parts[];
  /** The shop's currency when the order was placed. Null, as in the next field: the copy names no currency. */
  currency: string | null;
  presentmentCurrency: string | null;
};

/** An order's currencies, and its amounts in both: the first entry that is above zero in both gives the exchange rate. */
export type OrderMoney = {
  currency: string;
  presentmentCurrency: string;
  rates: { shop: string; presentment: string | null }[];
};

/** `amount` null: no exchange rate is known. `presentmentAmount` null: neither the platform nor a rate gives it. */
export type RefundFigure = { amount: string | null; presentmentAmount: string | null; adjusted: string };

/** `order` null: the order is not stored yet. `shopCurrency`: used where neither the order nor the copy names a currency. */
export function refundFigure(refund: ReportedRefund, order: OrderMoney | null, shopCurrency: string): RefundFigure {
  const ours = order?.currency ?? refund.currency ?? shopCurrency;
  const theirs = order?.presentmentCurrency ?? refund.presentmentCurrency ?? ours;
  if (refund.payments.length === 0) return { amount: "0", presentmentAmount: "0", adjusted: "0" };
  const sorted = sortPayments(refund, ours, theirs);
  const paid = { ours: sumOf(sorted.ours), theirs: sumOf(sorted.theirs) };
  const parts = matchingParts(refund.parts, sorted, paid);
  const adjusted = isZero(sumOf([paid.ours, paid.theirs])) ? "0" : (parts ?? refund.parts[0])?.adjusted;
  return { ...sidesOf({ sorted, paid, parts, order, ours, theirs }), adjusted: adjusted ?? "0" };
}

/** Amounts of payments: in the shop's currency (`ours`), in the shopper's (`theirs`), and in third currencies. */
type Sorted = { ours: string[]; theirs: string[]; others: string[] };

function sortPayments({ payments, parts }: ReportedRefund, ours: string, theirs: string): Sorted {
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

/** The possible sum of the parts that equals the sum of the payments exactly. */
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
