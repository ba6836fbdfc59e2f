// What plugins cause among themselves comes to an end: a circle through a segment, and a fan of events.
import { expect, test } from "vitest";
import { sql } from "../../app/db.server.ts";
import { definePlugin, type EventHandlers, type Plugin } from "../../app/plugins/plugin.ts";
import type { EventHandler } from "../../app/plugins/contract/contributions/events.server.ts";
import { ANSWERS_A_MINUTE, spendAnswers } from "../../app/plugins/running/given/circles.ts";
import { takeTurn } from "../../app/worker/batch.server.ts";
import { deliverEvents } from "../../app/worker/plugin-events.server.ts";
import { pluginShop } from "./kit/plugin-shop.ts";

const texts = { contract: 1, label: "x.label", description: "x.label" } as const;
const at = "2026-11-20T10:00:00Z";
const order = (id: number) => ({
  ...{ id, created_at: at, updated_at: at, processed_at: at, customer: { id: 7, updated_at: at } },
  ...{ refunds: [], test: false, cancelled_at: null },
});

test("a plugin that answers segment.entered and segment.left by its own record is stopped after 8 events", async () => {
  let heard = 0;
  const swing = definePlugin({
    name: "swing",
    ...texts,
    attributes: {
      swing_on: {
        label: "x.label",
        type: "boolean",
        reads: ["records:on"],
        sql: () => sql`exists (select from api.records r where r.shop_id = c.shop_id and r.plugin = 'swing'
          and r.kind = 'on' and r.customer_id = c.id)`,
      },
    },
    events: {
      "segment.entered": async ({ records }, { customerId }) => {
        heard += 1;
        await records("on").delete(String(customerId));
      },
      "segment.left": async ({ records }, { customerId }) => {
        heard += 1;
        await records("on").put({ key: String(customerId), customerId, data: {} });
      },
    },
    webhooks: {
      "orders/create": ({ records }, { customer }) =>
        records("on").put({ key: String(customer?.id), customerId: String(customer?.id), data: {} }),
    },
  });
  const it = await pluginShop(swing, { mayFail: true });
  await it.follow("swing_on = true");
  await it.send("orders/create", order(1));
  for (let round = 0; round < 3; round += 1) await it.settle();
  expect(heard).toBe(8);
  expect((await it.page()).fault).toMatch(
    /^segment\.left: it writes records of the kind on after 8 events that led to each other: end the circle/,
  );
  await it.send("orders/create", order(2));
  await it.settle();
  expect(heard, "what a webhook causes is a new chain").toBeGreaterThan(8);
});

test("plugins that answer each event with a thousand are stopped before the outbox is full, and the page says so", async () => {
  const answer: EventHandler = ({ emit }, { id }) =>
    emit(
      "said",
      Array.from({ length: 1000 }, (_, each) => ({ key: `${each} ${id}`.slice(0, 200) })),
    );
  const fan = (name: string, of: string, begins: EventHandlers = {}): Plugin =>
    definePlugin({ name, ...texts, emits: ["said"], events: { ...begins, [`${of}.said`]: answer } });
  const begin: EventHandlers = { "order.placed": ({ emit }) => emit("said", { key: "first" }) };
  const [ping, pong] = [fan("ping", "pong", begin), fan("pong", "ping")];
  const it = await pluginShop(ping, { beside: [pong], mayFail: true });
  await it.send("orders/create", order(1));
  await takeTurn(it.shop.id, [], { registryOf: async () => it.registry });
  // The worker's job, which ends after 10 seconds and begins again.
  for (let job = 0; job < 3; job += 1) await deliverEvents(it.shop, it.registry);
  const [said] = await it.shop.db.tx((tx) =>
    tx.rows<{ most: number }>(sql`select max(n)::int as most from (
      select count(*) as n from outbox where shop_id = ${it.shop.id} and kind like 'p%.said' group by kind) events`),
  );
  expect(said?.most).toBeGreaterThan(1000);
  expect(said?.most).toBeLessThanOrEqual(ANSWERS_A_MINUTE + 1);
  expect((await it.page()).fault).toMatch(
    /^pong\.said: it answers plugins' events with more than 10000 events in a minute/,
  );
});

test("a minute later a plugin may answer again, and each shop and plugin counts alone", () => {
  const now = Date.parse("2026-11-20T10:00:00Z");
  for (let part = 0; part < 10; part += 1) spendAnswers("one plugin", 1000, now);
  expect(() => spendAnswers("one plugin", 1, now + 59_000)).toThrow("in a minute: emit fewer for each");
  spendAnswers("one other", 1, now);
  spendAnswers("one plugin", 1000, now + 60_000);
});
