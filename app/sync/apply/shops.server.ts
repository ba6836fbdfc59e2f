import { sql, type Tx } from "../../db.server.ts";
import { enqueue } from "../../queue.server.ts";
import type { Shop } from "../../shop.server.ts";
import type { ShopRow } from "./entities.ts";

/**
 * What the platform says of the shop itself. What it does not say, and a zone that PostgreSQL does not
 * know, change nothing.
 */
export async function applyShops(shop: Shop, tx: Tx, rows: readonly ShopRow[]): Promise<void> {
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
    // Segments are found due by the clock; what the storefront reads names days of the shop.
    if (moved > 0) await enqueue("offers.publish", { shop: shop.id }, tx);
  }
}
