// A plugin that hangs on a backlog of events in two shops, and the events of another shop.
import { afterAll, expect, test } from "vitest";
import { sql } from "../../../app/db.server.ts";
import { emit } from "../../../app/outbox.server.ts";
import { registry } from "../../../app/plugins/installed.server.ts";
import { loyalty } from "../../../app/plugins/loyalty/plugin.server.ts";
import { enqueue } from "../../../app/queue.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { startWorker, type Worker } from "../../../app/worker/worker.server.ts";
import { newShop } from "../new-shop.ts";

const heard: string[] = [];
let hanging: string[] = [];
let worker: Worker | undefined;
afterAll(async () => {
  delete loyalty.events;
  await worker?.stop();
});

async function place(shop: Shop, count: number): Promise<void> {
  await shop.db.tx(async (tx) => {
    await tx.run(sql`insert into outbox_position (shop_id, reader, seq) values (${shop.id}, 'plugin loyalty', 0)
      on conflict do nothing`);
    const orders = Array.from({ length: count }, (_, order) => ({
      ...{ id: `order/${order}/placed`, kind: "order.placed" as const, customerId: null, at: "2026-11-20T10:00:00Z" },
      data: { order: String(order) },
    }));
    emit(shop, tx, orders);
  });
  await enqueue("plugins.events", { shop: shop.id });
}

test("while a plugin hangs on two shops' backlogs of events, another shop's event is heard", async () => {
  expect(registry.plugins).toContain(loyalty);
  loyalty.events = {
    "order.placed": async ({ shop }) => {
      heard.push(shop.id);
      if (hanging.includes(shop.id)) await new Promise(() => undefined);
    },
  };
  const [one, two, other] = [await newShop(), await newShop(), await newShop()];
  hanging = [one.id, two.id];
  worker = await startWorker();
  await place(one, 40);
  await place(two, 40);
  await expect.poll(() => new Set(heard).size).toBe(2);
  await place(other, 1);
  await expect.poll(() => heard.includes(other.id), { timeout: 60_000, interval: 250 }).toBe(true);
  expect(heard.length, "calls before it").toBeLessThan(20);
});
