// Makes a new shop for a test, with a clock that the test may give.
import { forShop, sql } from "../../app/db.server.ts";
import { registry } from "../../app/plugins/installed.server.ts";
import { preview } from "../../app/segments/preview.server.ts";
import { openShop, type Shop } from "../../app/shop.server.ts";

const NOW = new Date("2026-11-22T12:00:00Z");
let shops = 0;

export async function newShop(now = () => NOW): Promise<Shop> {
  const id = `new-${(shops += 1)}.myshopify.com`;
  await forShop(id).tx((tx) =>
    tx.run(
      sql`insert into shop (id, domain, time_zone, currency, installed_at) values (${id}, ${id}, 'Asia/Kolkata', 'INR', now())`,
    ),
  );
  return opened(id, now);
}

/** The same shop with another clock. */
export const openAt = (id: string, now: Date): Promise<Shop> => opened(id, () => now);

async function opened(id: string, now: () => Date): Promise<Shop> {
  const shop = await openShop(id, now);
  if (!shop) throw new Error("the shop is there");
  return shop;
}

export const addCustomers = (shop: Shop, ...ids: string[]) =>
  shop.db.tx((tx) => tx.run(sql`insert into customer (shop_id, id) select ${shop.id}, unnest(${ids}::text[])`));

export async function selected(shop: Shop, query: string, of = registry): Promise<string[]> {
  const result = await preview(shop, query, of);
  if (!result.ok) throw new Error(JSON.stringify(result));
  return result.sample.map(({ id }) => id).sort();
}
