// Reads a refund from a webhook: alone (refunds/create), or within its order.
import type { RefundRow } from "../../../../customers/facts/entities.ts";
import {
  refundFigure,
  type OrderMoney,
  type Parts,
  type ReportedRefund,
} from "../../../../customers/facts/money/refund-figure.ts";
import { difference, sumOf, sumOfKnown } from "../../../../customers/facts/money/sum.ts";
import { eachOf, partOf, type Body } from "../../../reading/body.ts";
import { countNeeded, currencyOf, idNeeded, momentOf, moneyIfSet, presentedOf, textOf, wordIfSet } from "./fields.ts";

/** The order whose body contains the refund. */
export type Carrier = { id: string; updatedAt: string; money: OrderMoney; taxesIncluded: boolean | null };

type Seen = { seenAt: string; rank?: number };

/** Throws Unreadable where an amount or a line of the refund cannot be read. */
export function readRefund(body: Body, seen: Seen, shopCurrency: string, carrier: Carrier | null): RefundRow {
  const amounts = readAmounts(body, carrier);
  return {
    ...seen,
    id: idNeeded(body),
    orderId: carrier?.id ?? idNeeded(body, "order_id"),
    updatedAt: carrier?.updatedAt ?? null,
    ...refundFigure(amounts, carrier?.money ?? null, shopCurrency),
    // A refund without its order keeps its amounts as sent: the order, which may arrive later, has the currencies and the rate.
    reported: carrier ? null : amounts,
    note: textOf(body, "note"),
    at: momentOf(body, "processed_at") ?? momentOf(body, "created_at") ?? seen.seenAt,
    lines: eachOf(body, "refund_line_items", (item) => ({
      lineItemId: idNeeded(item, "line_item_id"),
      quantity: countNeeded(item, "quantity"),
      subtotal: moneyIfSet(item, "subtotal") ?? "0",
      presentmentSubtotal: presentedOf(item, "subtotal"),
    })),
  };
}

function readAmounts(body: Body, carrier: Carrier | null): ReportedRefund {
  const payments = eachOf(body, "transactions", (transaction) => transaction)
    .filter(
      (payment) => wordIfSet(payment, "kind") === "REFUND" && (wordIfSet(payment, "status") ?? "SUCCESS") === "SUCCESS",
    )
    .map((payment) => ({
      amount: moneyIfSet({ ...payment, fields: { amount: payment.fields["amount"] } }, "amount") ?? "0",
      currency: currencyOf(payment, "currency"),
    }));
  const included = carrier?.taxesIncluded ?? null;
  return {
    payments,
    parts: (included === null ? [true, false] : [!included]).map((withTaxes) => partsOf(body, withTaxes)),
    currency: carrier?.money.currency ?? currencyWithin(body, "shop_money"),
    presentmentCurrency: carrier?.money.presentmentCurrency ?? currencyWithin(body, "presentment_money"),
  };
}

type Sides = { shop: string; presentment: string | null };

const bothOf = (thing: Body, field: string): Sides => ({
  shop: moneyIfSet(thing, field) ?? "0",
  presentment: isSet(thing, field) ? presentedOf(thing, field) : "0",
});
const isSet = ({ fields }: Body, field: string) => (fields[field] ?? fields[`${field}_set`] ?? null) !== null;

const added = (sides: Sides[]): Sides => ({
  shop: sumOf(sides.map(({ shop }) => shop)),
  presentment: sumOfKnown(sides.map(({ presentment }) => presentment)),
});

function partsOf(body: Body, withTaxes: boolean): Parts {
  const things = (list: string) => eachOf(body, list, (thing) => thing);
  const of = (items: Body[], field: string, tax: string) =>
    items.flatMap((item) => [bothOf(item, field), ...(withTaxes ? [bothOf(item, tax)] : [])]);
  const adjustments = things("order_adjustments");
  const isShipping = (adjustment: Body) => wordIfSet(adjustment, "kind") === "SHIPPING_REFUND";
  const duties = things("duties");
  // Refunded shipping is among the adjustments, and since 2024 also in lines of its own. Only one of both counts.
  const back = added([
    ...of(things("refund_line_items"), "subtotal", "total_tax"),
    ...(adjustments.some(isShipping) ? [] : of(things("refund_shipping_lines"), "subtotal_amount", "tax_amount")),
    ...(duties.length > 0 ? duties.map((duty) => bothOf(duty, "amount")) : [bothOf(body, "total_duties")]),
  ]);
  const less = added(of(adjustments, "amount", "tax_amount"));
  const settled = adjustments.filter((adjustment) => !isShipping(adjustment) && isSettled(adjustment));
  return {
    shop: difference(back.shop, less.shop),
    presentment:
      back.presentment === null || less.presentment === null ? null : difference(back.presentment, less.presentment),
    adjusted: added(of(settled, "amount", "tax_amount")).shop,
  };
}

/** False for money that the merchant does not keep: money still to be paid back, or set against a new item. */
const isSettled = (adjustment: Body) => !/pending|balanc/i.test(textOf(adjustment, "reason") ?? "");

const LISTS = ["refund_line_items", "order_adjustments", "refund_shipping_lines", "duties"];

/** The first currency on this side of the refund's amounts. */
function currencyWithin(body: Body, side: "shop_money" | "presentment_money"): string | null {
  for (const thing of [body, ...LISTS.flatMap((list) => eachOf(body, list, (item) => item))])
    for (const name of Object.keys(thing.fields)) {
      const currency = name.endsWith("_set") ? currencyOf(partOf(partOf(thing, name), side), "currency_code") : null;
      if (currency) return currency;
    }
  return null;
}
