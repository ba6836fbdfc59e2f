import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createClock } from "./clock.ts";
import { uninstallApp } from "./commands/app.ts";
import { placeOrder } from "./commands/order.ts";
import { share, toAmount, toMillionths } from "./money.ts";
import { flushSnapshot } from "./snapshot.ts";
import { createStore } from "./store.ts";
import { appToml, createTrial } from "./trial.ts";
import { closeOutbox } from "./webhooks/deliver.ts";
import { settled } from "./webhooks/outbox.ts";

const folder = mkdtempSync(join(tmpdir(), "dev-store-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a shop, its app and the store's time survive a restart", async () => {
  const snapshot = join(folder, "store.json.gz");
  const trial = await createTrial({ config: { snapshot } });
  const variantId = trial.products[0]?.variants[0]?.id ?? "";
  const order = placeOrder(trial.store, trial.shop, {
    customerId: trial.customer.id,
    lines: [{ variantId, quantity: 3 }],
  });
  trial.store.clock.advance(72 * 3600_000);
  flushSnapshot(trial.store);
  const again = createStore(trial.store.config);
  await trial.close();
  const shop = again.shops.get("trial.myshopify.com");
  expect(shop).toEqual(trial.shop);
  expect(shop?.orders.get(order.id)?.total).toBe("18.60");
  expect(again.clock.now().getTime()).toBeGreaterThan(Date.now() + 71 * 3600_000);
});

test("searches and segments of a new store lag by 200 ms, unless its settings say otherwise", async () => {
  const trial = await createTrial();
  const { lag, ...config } = trial.store.config;
  expect([lag, trial.store.lag]).toEqual([0, { search: 0, segments: 0 }]);
  const store = createStore(config);
  expect(store.lag).toEqual({ search: 200, segments: 200 });
  closeOutbox(store);
  await trial.close();
});

test("a due shop/redact is sent after a restart too", async () => {
  const snapshot = join(folder, "uninstalled.json.gz");
  const trial = await createTrial({ config: { snapshot } });
  await trial.settled();
  uninstallApp(trial.store, trial.shop);
  await trial.settled();
  flushSnapshot(trial.store);
  const again = createStore(trial.store.config);
  again.clock.advance(49 * 3600_000);
  await expect.poll(() => trial.topics().filter((topic) => topic === "shop/redact").length).toBe(1);
  await trial.close();
});

test("a webhook that the app has not accepted is sent again unchanged after a restart", async () => {
  const snapshot = join(folder, "open.json.gz");
  const trial = await createTrial({ config: { snapshot }, toml: appToml(["orders/create"]) });
  trial.answer.status = 503;
  const order = placeOrder(trial.store, trial.shop, { lines: [{ title: "Cup", sku: "", price: "4.00", quantity: 1 }] });
  await expect.poll(() => trial.store.outbox.log[0]?.attempts.length).toBe(1);
  order.note = "changed meanwhile";
  flushSnapshot(trial.store);
  closeOutbox(trial.store);
  trial.answer.status = 200;
  await settled(createStore(trial.store.config));
  expect(trial.received.length).toBe(2);
  expect(trial.received[1]?.body).toBe(trial.received[0]?.body);
  expect(trial.received[1]?.genuine).toBe(true);
  await trial.close();
});

test("changes are saved automatically", async () => {
  const snapshot = join(folder, "soon.json.gz");
  const trial = await createTrial({ config: { snapshot } });
  await expect.poll(() => createStore(trial.store.config).shops.size).toBe(1);
  await trial.close();
});

test("the clock runs at its speed, and a jump runs the timers in between in order", () => {
  const clock = createClock(1, new Date("2026-01-01T00:00:00Z"));
  const rung: string[] = [];
  clock.after(2000, () => rung.push("second"));
  clock.after(1000, () => rung.push("first"));
  clock.after(1500, () => rung.push("cancelled"))();
  clock.after(60_000, () => rung.push("later"));
  clock.advance(10_000);
  expect(rung).toEqual(["first", "second"]);
  expect(clock.now().getTime()).toBeGreaterThanOrEqual(Date.parse("2026-01-01T00:00:10Z"));
  expect(() => clock.advance(-1)).toThrow("backwards");
});

test("money is exact, with the currency's decimal places, or more if the price is finer", () => {
  expect(toAmount(toMillionths("0.1") + toMillionths("0.2"))).toBe("0.30");
  expect(toAmount(toMillionths("0.001") * 7)).toBe("0.007");
  expect(toAmount(toMillionths("-38970"))).toBe("-38970.00");
  expect(toAmount(share(toMillionths("12.35"), "0.1"))).toBe("1.24");
  expect(toAmount(share(toMillionths("10"), "188.4", "JPY"), "JPY")).toBe("1884");
  expect(toAmount(share(toMillionths("10"), "0.38765", "KWD"), "KWD")).toBe("3.877");
  expect(() => toMillionths("1e3")).toThrow("no amount");
});
