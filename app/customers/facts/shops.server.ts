import { addChange, type Changes } from "../change.ts";
import { sql, type Tx } from "../../db.server.ts";
import { enqueue } from "../../queue.server.ts";
import type { Shop } from "../../shop.server.ts";
import type { ShopRow } from "./entities.ts";
import { computeTotals } from "./totals.server.ts";

const AT_ONCE = 1000;

/**
 * What the platform says of the shop itself. What it does not say, and a zone that PostgreSQL does not
 * know, change nothing. With another currency all sums of money are others.
 */
export async function applyShops(shop: Shop, tx: Tx, rows: readonly ShopRow[], changes: Changes): Promise<void> {
  let { currency } = shop;
  for (const row of rows.toSorted((one, other) => (one.seenAt < other.seenAt ? -1 : 1))) {
    const news = await tx.run(sql`
      insert into shop_profile as p (shop_id, name, email, plan, locale, country, updated_at, platform_at)
      values (${shop.id}, ${row.name ?? ""}, ${row.email ?? ""}, ${row.plan ?? ""}, ${row.locale ?? "en"},
        ${row.country ?? ""}, now(), ${row.seenAt}::timestamptz)
      on conflict (shop_id) do update set name = coalesce(${row.name}, p.name), email = coalesce(${row.email}, p.email),
        plan = coalesce(${row.plan}, p.plan), locale = coalesce(${row.locale}, p.locale),
        country = coalesce(${row.country}, p.country), updated_at = now(), platform_at = excluded.platform_at
      where p.platform_at is null or p.platform_at < excluded.platform_at`);
    if (news === 0) continue;
    const moved = await tx.run(sql`
      update shop set currency = told.currency, time_zone = told.zone
      from (select coalesce(${row.currency}, s.currency) as currency,
          coalesce((select name from pg_timezone_names where name = ${row.timeZone} limit 1), s.time_zone) as zone
        from shop s where s.id = ${shop.id}) told
      where id = ${shop.id} and (shop.currency, shop.time_zone) is distinct from (told.currency, told.zone)`);
    if (moved > 0 && row.currency !== null && row.currency !== currency) {
      await countAnew(shop, tx, currency, changes);
      currency = row.currency;
    }
    // Segments are found due by the clock; what the storefront reads names days of the shop.
    if (moved > 0) await enqueue("offers.publish", { shop: shop.id }, tx);
  }
}

/** Balances and the platform's own totals stay what they were: money of the currency in which they were told. */
async function countAnew(shop: Shop, tx: Tx, before: string, changes: Changes): Promise<void> {
  await tx.run(sql`
    update customer set opening_currency = coalesce(opening_currency, ${before}),
      platform_currency = coalesce(platform_currency, ${before})
    where shop_id = ${shop.id} and (opening_currency is null or platform_currency is null)`);
  const spenders = await tx.rows<{ id: string }>(sql`
    select id from customer where shop_id = ${shop.id} and number_of_orders > 0 order by id`);
  const ids = spenders.map(({ id }) => id);
  for (let at = 0; at < ids.length; at += AT_ONCE) await computeTotals(shop, tx, ids.slice(at, at + AT_ONCE));
  for (const id of ids) addChange(changes, id, "orders", "shop/currency");
}
