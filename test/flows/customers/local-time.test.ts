// Where the shop's midnight occurs twice, the day begins with the first midnight, for figures and for segments.
import { expect, test } from "vitest";
import { compareOrders } from "../../../app/analytics/figures.server.ts";
import { forShop, sql } from "../../../app/db.server.ts";
import { openShop } from "../../../app/shop.server.ts";
import { selected } from "../new-shop.ts";

test("an order between the two midnights of a day belongs to that day", async () => {
  const id = "havana.myshopify.com";
  await forShop(id).tx(async (tx) => {
    await tx.run(sql`insert into shop (id, domain, time_zone, currency, installed_at)
      values (${id}, ${id}, 'America/Havana', 'CUP', now())`);
    await tx.run(sql`insert into customer (shop_id, id, last_order_at) values (${id}, '7', '2025-11-02T04:30:00Z')`);
    await tx.run(sql`insert into shop_order (shop_id, id, customer_id, currency, presentment_currency, total, ordered_at)
      values (${id}, '1', '7', 'CUP', 'CUP', 5, '2025-11-02T04:30:00Z')`);
  });
  // The 2nd of November is the first of the last 30 days, including today.
  const shop = await openShop(id, () => new Date("2025-12-01T15:00:00Z"));
  if (!shop) throw new Error("the shop is there");
  expect(await selected(shop, "last_order_date >= -29d")).toEqual(["7"]);
  expect(await compareOrders(shop, ({ orders }) => orders)).toEqual({ value: "1", before: "0" });
});
