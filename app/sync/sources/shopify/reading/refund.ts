// A refund as webhooks tell it: alone (refunds/create), or within its order.
import type { RefundRow } from "../../../../customers/facts/entities.ts";
import {
  refundFigure,
  type OrderMoney,
  type Parts,
  type ReportedRefund,
} from "../../../../customers/facts/money/refund-figure.ts";
import { difference, sumOf, sumOfKnown } from "../../../../customers/facts/money/sum.ts";
import { eachOf, partOf, type Body } from "../../../body.ts";
import { countNeeded, currencyOf, idNeeded, momentOf, moneyTold, presentedOf, textOf, wordTold } from "./fields.ts";

/** The order that carries it. */
export type Carrier = { id: string; updatedAt: string; money: OrderMoney; taxesIncluded: boolean | null };

type Seen = { seenAt: string; rank?: number };

/** Without an amount or a line that can be read there is no refund to keep. */
export function readRefund(body: Body, seen: Seen, shopCurrency: string, carrier: Carrier | null): RefundRow {
  const told = readTold(body, carrier);
  return {
    ...seen,
    id: idNeeded(body),
    orderId: carrier?.id ?? idNeeded(body, "order_id"),
    updatedAt: carrier?.updatedAt ?? null,
    ...refundFigure(told, carrier?.money ?? null, shopCurrency),
    // Its order, which may come later, knows the currencies and the rate better.
    told: carrier ? null : told,
    note: textOf(body, "note"),
    at: momentOf(body, "processed_at") ?? momentOf(body, "created_at") ?? seen.seenAt,
    lines: eachOf(body, "refund_line_items", (item) => ({
      lineItemId: idNeeded(item, "line_item_id"),
      quantity: countNeeded(item, "quantity"),
      subtotal: moneyTold(item, "subtotal") ?? "0",
      presentmentSubtotal: presentedOf(item, "subtotal"),
    })),
  };
}

function readTold(body: Body, carrier: Carrier | null): ReportedRefund {
  const payments = eachOf(body, "transactions", (transaction) => transaction)
    .filter(
      (payment) => wordTold(payment, "kind") === "REFUND" && (wordTold(payment, "status") ?? "SUCCESS") === "SUCCESS",
    )
    .map((payment) => ({
      amount: moneyTold({ ...payment, fields: { amount: payment.fields["amount"] } }, "amount") ?? "0",
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
  shop: moneyTold(thing, field) ?? "0",
  presentment: isTold(thing, field) ? presentedOf(thing, field) : "0",
});
const isTold = ({ fields }: Body, field: string) => (fields[field] ?? fields[`${field}_set`] ?? null) !== null;

const added = (sides: Sides[]): Sides => ({
  shop: sumOf(sides.map(({ shop }) => shop)),
  presentment: sumOfKnown(sides.map(({ presentment }) => presentment)),
});

function partsOf(body: Body, withTaxes: boolean): Parts {
  const things = (list: string) => eachOf(body, list, (thing) => thing);
  const of = (items: Body[], field: string, tax: string) =>
    items.flatMap((item) => [bothOf(item, field), ...(withTaxes ? [bothOf(item, tax)] : [])]);
  const adjustments = things("order_adjustments");
  const isShipping = (adjustment: Body) => wordTold(adjustment, "kind") === "SHIPPING_REFUND";
  const duties = things("duties");
  // Shipping that was given back stands among the adjustments, and in lines of its own since 2024.
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

/** What is still to be paid back or is set against a new item is nothing that the merchant keeps. */
const isSettled = (adjustment: Body) => !/pending|balanc/i.test(textOf(adjustment, "reason") ?? "");

const LISTS = ["refund_line_items", "order_adjustments", "refund_shipping_lines", "duties"];

/** The first currency that an amount of the refund names on this side. */
function currencyWithin(body: Body, side: "shop_money" | "presentment_money"): string | null {
  for (const thing of [body, ...LISTS.flatMap((list) => eachOf(body, list, (item) => item))])
    for (const name of Object.keys(thing.fields)) {
      const currency = name.endsWith("_set") ? currencyOf(partOf(partOf(thing, name), side), "currency_code") : null;
      if (currency) return currency;
    }
  return null;
}
