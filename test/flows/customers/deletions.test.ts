// Deletions of orders, customers and products.
import { expect, test } from "vitest";
import { applyFacts } from "../../../app/customers/facts/apply.server.ts";
import { sql } from "../../../app/db.server.ts";
import type { Instant } from "../../../app/instant.ts";
import { newShop } from "../new-shop.ts";

test("the earlier of two deletions counts, whether or not its time has a fraction", async () => {
  const shop = await newShop();
  const [first, second] = ["2026-11-20T10:00:00Z", "2026-11-20T10:00:00.5Z"];
  for (const [id, ...times] of [
    ["1", first, second],
    ["2", second, first],
  ] as const) {
    const deletions = times.map((at) => ({ kind: "order" as const, id, at }));
    await shop.db.tx((tx) => applyFacts(shop, tx, { deletions }, { name: "shopify", history: false }));
  }
  const orders = await shop.db.tx((tx) =>
    tx.rows<{ at: Instant }>(sql`select deleted_at as at from shop_order where shop_id = ${shop.id} order by id`),
  );
  expect(orders.map(({ at }) => at)).toEqual([new Date(first), new Date(first)]);
});
