// The reading of a shop's history is killed at each transaction in turn: the next run ends with the same rows.
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ShopDb } from "../../../../app/db.server.ts";
import { merchant } from "../../../../app/shopify.server.ts";
import type { Shop } from "../../../../app/shop.server.ts";
import { runBackfill } from "../../../../app/sync/sources/shopify/history/backfill.server.ts";
import { gaps } from "../../../../app/customers/facts/orders/opening.server.ts";
import { followChanges } from "../../../../app/worker/pipeline.server.ts";
import { generateShop } from "../../../dev-store/generator/generate.ts";
import { startDevShop, type DevShop } from "../../../setup/dev-shop.ts";

const owner = new pg.Pool({ connectionString: process.env["DATABASE_URL"] });
const PEOPLE = ["customer", "customer_address", "consent", "event", "shop_order", "line_item", "refund", "product"];
/** Times of the copies, which differ between runs. */
const COPIES = ["tie", "tags_at", "platform_totals_at", "rfm_at", "recorded_at"];

let dev: DevShop;
beforeAll(async () => {
  dev = await startDevShop("killed.myshopify.com");
  generateShop(dev.store, dev.shop, { seed: 11, customers: 60 });
});
afterAll(async () => {
  await dev.close();
  await owner.end();
});

async function open(): Promise<Shop> {
  for (const table of [...PEOPLE, "shop", "shop_profile", "session", "backfill", "pgboss.job"]) {
    await owner.query(`delete from ${table}`);
  }
  return (await merchant(dev.document())).shop;
}
const run = (shop: Shop) => runBackfill(shop, followChanges, { pollMs: 20, budgetMs: 60_000 });

async function rows(): Promise<Record<string, string[]>> {
  const found = await Promise.all(
    PEOPLE.map(async (table) => {
      const text = `select (to_jsonb(t) - $1::text[])::text as row from ${table} t`;
      return [table, (await owner.query<{ row: string }>(text, [COPIES])).rows.map(({ row }) => row).sort()];
    }),
  );
  return Object.fromEntries(found) as Record<string, string[]>;
}

/** A shop that counts its transactions and fails at one: before the transaction is stored, or right after. */
function dying(shop: Shop, at: number, stored: boolean): { shop: Shop; count: () => number } {
  let count = 0;
  const tx: ShopDb["tx"] = async (work) => {
    count += 1;
    if (count !== at) return shop.db.tx(work);
    if (stored) await shop.db.tx(work);
    throw new Error("killed");
  };
  return { shop: { ...shop, db: { tx } }, count: () => count };
}

test("killed at any transaction, before or after it is stored, the history is complete and stored once", async () => {
  const whole = dying(await open(), 0, false);
  expect(await run(whole.shop)).toBe("done");
  const expected = await rows();
  expect(expected["shop_order"]?.length).toBeGreaterThan(10);
  const total = whole.count();
  const step = Number(process.env["KILL_STEP"] ?? Math.ceil(total / 4));
  for (let at = 1; at <= total; at += step) {
    for (const stored of [false, true]) {
      const shop = await open();
      await expect(run(dying(shop, at, stored).shop), `${at} of ${total}`).rejects.toThrow("killed");
      expect(await run(shop)).toBe("done");
      expect(await rows(), `killed at ${at} of ${total}, ${stored ? "after" : "before"} its end`).toEqual(expected);
      expect(await gaps(shop)).toEqual([]);
    }
  }
});
