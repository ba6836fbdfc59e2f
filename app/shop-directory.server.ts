// Changes to a shop's rows after the installation: what the platform says of the shop, the uninstall, and the erasure.
import { isTimeZone } from "./local-time.ts";
import { empty, sql, type Tx } from "./db.server.ts";

/** What the platform says of a shop, at `seenAt`. Null: the platform does not say. */
export type PlatformShop = {
  name: string | null;
  email: string | null;
  plan: string | null;
  locale: string | null;
  country: string | null;
  currency: string | null;
  timeZone: string | null;
  seenAt: string;
};

/** `old`: a newer copy is stored already. `moved`: the shop's currency or time zone changed. */
export async function savePlatformShop(tx: Tx, shopId: string, news: PlatformShop): Promise<"old" | "kept" | "moved"> {
  const isNew = await tx.run(sql`
    insert into shop_profile as p (shop_id, name, email, plan, locale, country, updated_at, platform_at)
    values (${shopId}, ${news.name ?? ""}, ${news.email ?? ""}, ${news.plan ?? ""}, ${news.locale ?? "en"},
      ${news.country ?? ""}, now(), ${news.seenAt}::timestamptz)
    on conflict (shop_id) do update set name = coalesce(${news.name}, p.name), email = coalesce(${news.email}, p.email),
      plan = coalesce(${news.plan}, p.plan), locale = coalesce(${news.locale}, p.locale),
      country = coalesce(${news.country}, p.country), updated_at = excluded.updated_at, platform_at = excluded.platform_at
    where p.platform_at is null or p.platform_at < excluded.platform_at`);
  if (isNew === 0) return "old";
  // Queries count days in PostgreSQL, and pages in this process: a zone that one of them does not know changes nothing.
  const zone = news.timeZone !== null && isTimeZone(news.timeZone) ? news.timeZone : null;
  const moved = await tx.run(sql`
    update shop set currency = reported.currency, time_zone = reported.zone
    from (select coalesce(${news.currency}, s.currency) as currency,
        coalesce((select name from pg_timezone_names where name = ${zone} limit 1), s.time_zone) as zone
      from shop s where s.id = ${shopId}) reported
    where id = ${shopId} and (shop.currency, shop.time_zone) is distinct from (reported.currency, reported.zone)`);
  return moved > 0 ? "moved" : "kept";
}

/** The present installation, by its time. Null: the shop is unknown or uninstalled. */
export async function readInstallation(tx: Tx, shopId: string, lock = empty): Promise<string | null> {
  const [shop] = await tx.rows<{ installation: string | null }>(sql`
    select case when uninstalled_at is null then installed_at::text end as installation from shop where id = ${shopId} ${lock}`);
  return shop?.installation ?? null;
}

/** Marks the shop as uninstalled: from now on no job works for the shop. */
export const endInstallation = (tx: Tx, shopId: string): Promise<number> =>
  tx.run(sql`update shop set uninstalled_at = coalesce(uninstalled_at, now()) where id = ${shopId}`);

/** Erases the shop's jobs and the shop's row. Returns the number of erased rows. */
export async function eraseFromDirectory(tx: Tx, shopId: string): Promise<number> {
  // A singleton key is the shop's id, or begins with the shop's id and a space. Another shop's id may end with this shop's id.
  const jobs = await tx.run(sql`
    delete from pgboss.job
    where data->>'shop' = ${shopId} or singleton_key = ${shopId} or starts_with(singleton_key, ${`${shopId} `})`);
  return jobs + (await tx.run(sql`delete from shop where id = ${shopId}`));
}
