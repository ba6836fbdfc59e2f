import { sql, type Tx } from "../../../db.server.ts";
import type { Shop } from "../../../shop.server.ts";
import { column } from "../../../columns.ts";
import { defineTable, upsert } from "../../../upsert.server.ts";
import type { OrderRow } from "../entities.ts";
import type { Instant } from "../../../instant.ts";
import { discountsOf, type Discount } from "./discounts.ts";

/** An order that was written, as it came (`row`) and as it is stored. */
export type WonOrder = { row: OrderRow; orderedAt: string; deletedAt: Instant | null; counts: boolean; isNew: boolean };

/** Deletes the stored line items and discounts of these orders and inserts the given ones. */
export async function replaceLineItems(shop: Shop, tx: Tx, orders: readonly WonOrder[]): Promise<void> {
  const known = orders.filter(({ isNew }) => !isNew);
  if (known.length > 0) {
    const ids = column(known, ({ row }) => row.id);
    await tx.run(sql`delete from line_item where shop_id = ${shop.id} and order_id = any(${ids}::text[])`);
    await tx.run(sql`delete from order_discount where shop_id = ${shop.id} and order_id = any(${ids}::text[])`);
  }
  const rows = orders.flatMap((order) => order.row.lineItems.map((line) => ({ order, line })));
  await upsert(tx, shop.id, LINE_ITEM, rows, { newer: "never" });
  const used = orders.flatMap((order) => discountsOf(order.row).map((discount) => ({ order, discount })));
  await upsert(tx, shop.id, ORDER_DISCOUNT, used, { newer: "never" });
}

type Line = { order: WonOrder; line: OrderRow["lineItems"][number] };

const LINE_ITEM = defineTable<Line>("line_item", ["order_id", "id"], {
  order_id: ["text", ({ order }) => order.row.id],
  id: ["text", ({ line }) => line.id],
  customer_id: ["text", ({ order }) => order.row.customerId],
  product_id: ["text", ({ line }) => line.productId],
  variant_id: ["text", ({ line }) => line.variantId],
  title: ["text", ({ line }) => line.title],
  sku: ["text", ({ line }) => line.sku],
  quantity: ["int", ({ line }) => line.quantity],
  removed: ["int", ({ line }) => line.removed ?? 0],
  price: ["numeric", ({ line }) => line.price],
  discount: ["numeric", ({ line }) => line.discount],
  presentment_price: ["numeric", ({ line }) => line.presentmentPrice],
  presentment_discount: ["numeric", ({ line }) => line.presentmentDiscount],
  allocations: ["jsonb", ({ line }) => (line.allocations.length > 0 ? JSON.stringify(line.allocations) : "[]")],
  ordered_at: ["timestamptz", ({ order }) => order.orderedAt],
  counts: ["boolean", ({ order }) => order.counts],
});

const ORDER_DISCOUNT = defineTable<{ order: WonOrder; discount: Discount }>(
  "order_discount",
  ["order_id", "kind", "name"],
  {
    order_id: ["text", ({ order }) => order.row.id],
    kind: ["text", ({ discount }) => discount.kind],
    name: ["text", ({ discount }) => discount.name],
    amount: ["numeric", ({ discount }) => discount.amount],
    customer_id: ["text", ({ order }) => order.row.customerId],
    ordered_at: ["timestamptz", ({ order }) => order.orderedAt],
    counts: ["boolean", ({ order }) => order.counts],
  },
);
