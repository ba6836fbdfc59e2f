import { sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import { column } from "../../columns.ts";
import type { OrderRow } from "./entities.ts";

/** What became of an order whose row is now the one that came. */
export type WonOrder = { row: OrderRow; orderedAt: string; deletedAt: Date | null; isNew: boolean };

/** The lines of these orders are these and no others. */
export async function replaceLineItems(shop: Shop, tx: Tx, orders: readonly WonOrder[]): Promise<void> {
  const known = orders.filter(({ isNew }) => !isNew);
  if (known.length > 0) {
    await tx.run(sql`
      delete from line_item where shop_id = ${shop.id} and order_id = any(${column(known, ({ row }) => row.id)}::text[])`);
  }
  const rows = orders.flatMap((order) => order.row.lineItems.map((line) => ({ order, line })));
  if (rows.length === 0) return;
  await tx.run(sql`
    insert into line_item (shop_id, order_id, id, customer_id, product_id, variant_id, title, sku, quantity, removed, price,
      discount, presentment_price, presentment_discount, allocations, ordered_at, counts)
    select ${shop.id}, row.* from unnest(
      ${column(rows, ({ order }) => order.row.id)}::text[], ${column(rows, ({ line }) => line.id)}::text[],
      ${column(rows, ({ order }) => order.row.customerId)}::text[],
      ${column(rows, ({ line }) => line.productId)}::text[], ${column(rows, ({ line }) => line.variantId)}::text[],
      ${column(rows, ({ line }) => line.title)}::text[], ${column(rows, ({ line }) => line.sku)}::text[],
      ${column(rows, ({ line }) => line.quantity)}::int[], ${column(rows, ({ line }) => line.removed ?? 0)}::int[],
      ${column(rows, ({ line }) => line.price)}::numeric[],
      ${column(rows, ({ line }) => line.discount)}::numeric[],
      ${column(rows, ({ line }) => line.presentmentPrice)}::numeric[],
      ${column(rows, ({ line }) => line.presentmentDiscount)}::numeric[],
      ${column(rows, ({ line }) => (line.allocations.length > 0 ? JSON.stringify(line.allocations) : "[]"))}::jsonb[],
      ${column(rows, ({ order }) => order.orderedAt)}::timestamptz[],
      ${column(rows, ({ order }) => !order.row.test && order.deletedAt === null)}::boolean[]) as row`);
}
