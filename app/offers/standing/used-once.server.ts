// The customers who have used a code that each customer may use once. The storefront shows them the offer no more.
import { createHash } from "node:crypto";
import { foldedCode } from "../../customers/facts/orders/discounts.ts";
import { sql, type Sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import type { DiscountSpec } from "../offer-kind.ts";

const DIGITS = 16;

/** The key in the metafields of customers who have used the code. Null: the code is not limited to one use per customer. */
export const usedKey = (discount: DiscountSpec | null | undefined): string | null =>
  discount?.code && discount.conditions?.once
    ? `used-${createHash("md5").update(foldedCode(discount.code)).digest("hex").slice(0, DIGITS)}`
    : null;

/** A row for each customer and offer, with the key. Shopify counts the uses of each code by itself, so an earlier code does not count. */
export const usedOnce = (shop: Shop): Sql => sql`(
  select p.offer_id, r.customer_id, 'used-' || left(md5(r.name), ${DIGITS}::int) as key
  from offer o join offer_publication p on p.shop_id = o.shop_id and p.offer_id = o.id
  join discount_code had on had.shop_id = o.shop_id and had.offer_id = o.id and had.to_at is null
  join api.redemptions r on r.shop_id = had.shop_id and r.offer_id = had.offer_id and r.name = had.code
  where o.shop_id = ${shop.id} and o.wish in ('on', 'paused') and (o.ends_at is null or o.ends_at > ${shop.now()}::timestamptz)
    and p.resolved #>> '{discount,conditions,once}' = 'true' and r.customer_id is not null)`;

/** The ids of the offers whose code the customer has used up. */
export async function readUsedOnce(shop: Shop, tx: Tx, customerId: string): Promise<Set<string>> {
  const rows = await tx.rows<{ id: string }>(
    sql`select offer_id as id from ${usedOnce(shop)} used where used.customer_id = ${customerId}`,
  );
  return new Set(rows.map(({ id }) => id));
}
