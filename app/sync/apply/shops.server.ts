import { sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import type { ShopRow } from "./entities.ts";

/** What the platform says of the shop itself. A zone that PostgreSQL does not know changes nothing. */
export async function applyShops(shop: Shop, tx: Tx, rows: readonly ShopRow[]): Promise<void> {
  for (const row of rows.toSorted((one, other) => (one.seenAt < other.seenAt ? -1 : 1))) {
    const news = await tx.run(sql`
      insert into shop_profile as p (shop_id, name, email, plan, locale, country, updated_at)
      values (${shop.id}, ${row.name ?? ""}, ${row.email ?? ""}, ${row.plan ?? ""}, ${row.locale ?? "en"},
        ${row.country ?? ""}, ${row.seenAt}::timestamptz)
      on conflict (shop_id) do update set name = excluded.name, email = excluded.email, plan = excluded.plan,
        locale = excluded.locale, country = excluded.country, updated_at = excluded.updated_at
      where p.updated_at < excluded.updated_at`);
    if (news === 0) continue;
    await tx.run(sql`
      update shop set currency = coalesce(${row.currency}, currency),
        time_zone = coalesce((select name from pg_timezone_names where name = ${row.timeZone} limit 1), time_zone)
      where id = ${shop.id}`);
  }
}
