import { directory, forShop, sql, type ShopDb } from "./db.server.ts";
import { log, type Logger } from "./log.server.ts";
import type { Instant } from "./instant.ts";

/** The first parameter of every domain function. `now()`: the shop's clock, for facts and segments. */
export type Shop = {
  id: string;
  domain: string;
  timeZone: string;
  currency: string;
  db: ShopDb;
  now(): Instant;
  log: Logger;
};

type Row = { id: string; domain: string; timeZone: string; currency: string };

const columns = sql`id, domain, time_zone as "timeZone", currency`;

const shopOf = (row: Row, now: () => Instant): Shop => ({
  ...row,
  db: forShop(row.id),
  now,
  log: log.child({ shop: row.id }),
});

export const wallClock = () => new Date();

/** Null: the shop is unknown or not installed. */
export async function openShop(id: string, now = wallClock): Promise<Shop | null> {
  const rows = await directory<Row>(
    sql`select ${columns} from shop where id = ${id} and installed_at is not null and uninstalled_at is null`,
  );
  return rows[0] ? shopOf(rows[0], now) : null;
}

/** All shops that have a row, also uninstalled shops until their data are erased. `ids`: only those shops. */
export async function knownShops(now = wallClock, ids?: readonly string[]): Promise<(Shop & { installed: boolean })[]> {
  const rows = await directory<Row & { installed: boolean }>(
    sql`select ${columns}, installed_at is not null and uninstalled_at is null as installed from shop
      where ${ids ? sql`id = any(${[...ids]}::text[])` : sql`true`} order by id`,
  );
  return rows.map((row) => ({ ...shopOf(row, now), installed: row.installed }));
}
