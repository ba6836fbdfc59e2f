import { addChange, type Changes } from "../change.ts";
import { sql, type Tx } from "../../db.server.ts";
import { enqueue } from "../../queue.server.ts";
import { savePlatformShop } from "../../shop-directory.server.ts";
import type { Shop } from "../../shop.server.ts";
import type { ShopRow } from "./entities.ts";
import { computeTotals } from "./orders/totals.server.ts";

const AT_ONCE = 1000;

/**
 * Saves what the platform says of the shop itself; a null changes nothing. A new currency of the shop computes the totals of
 * all customers anew.
 */
export async function applyShops(shop: Shop, tx: Tx, rows: readonly ShopRow[], changes: Changes): Promise<void> {
  let { currency } = shop;
  for (const row of rows.toSorted((one, other) => (one.seenAt < other.seenAt ? -1 : 1))) {
    if ((await savePlatformShop(tx, shop.id, row)) !== "moved") continue;
    if (row.currency !== null && row.currency !== currency) {
      await countAnew(shop, tx, currency, changes);
      currency = row.currency;
    }
    // Offers' metafields contain days in the shop's time zone. Segments need no job: the clock finds those that are due.
    await enqueue("offers.publish", { shop: shop.id }, tx);
  }
}

/** Opening balances and the platform's own totals stay in the currency in which the platform gave them. */
async function countAnew(shop: Shop, tx: Tx, before: string, changes: Changes): Promise<void> {
  await tx.run(sql`
    update customer set opening_currency = coalesce(opening_currency, ${before}),
      platform_currency = coalesce(platform_currency, ${before})
    where shop_id = ${shop.id} and (opening_currency is null or platform_currency is null)`);
  const spenders = await tx.rows<{ id: string }>(sql`
    select id from customer where shop_id = ${shop.id} and number_of_orders > 0 order by id`);
  const ids = spenders.map(({ id }) => id);
  for (let at = 0; at < ids.length; at += AT_ONCE) await computeTotals(shop, tx, ids.slice(at, at + AT_ONCE));
  for (const id of ids) addChange(changes, id, "orders", "config");
}
