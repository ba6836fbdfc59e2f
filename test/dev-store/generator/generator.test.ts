import { createHash } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { createClock } from "../clock.ts";
import { ordersOf } from "../history.ts";
import type { Order, ShopState } from "../model.ts";
import { sum, toMillionths } from "../money.ts";
import { addShop, createStore } from "../store.ts";
import { appToml, writeProject } from "../trial.ts";
import { generateShop } from "./generate.ts";
import { rmSync } from "node:fs";

const NOW = new Date("2026-11-22T12:00:00Z");
const projectDir = writeProject(appToml());
afterAll(() => rmSync(projectDir, { recursive: true }));

function grow(seed: number, customers?: number): ShopState {
  const config = { port: 0, tunnelPort: 0, appUrl: "http://127.0.0.1:1", apiKey: "k", apiSecret: "s" };
  const store = createStore({ ...config, projectDir, clockSpeed: 1 });
  store.clock = createClock(1e-9, NOW);
  const shop = addShop(store, "grown.myshopify.com");
  generateShop(store, shop, customers === undefined ? { seed } : { seed, customers });
  return shop;
}

function digest(shop: ShopState): string {
  const all = [...shop.products.values(), ...shop.customers.values(), ...shop.orders.values()];
  return createHash("sha256").update(JSON.stringify(all)).digest("hex");
}

const whole = grow(1);
const orders = [...whole.orders.values()];
const shareOf = (test: (order: Order) => boolean): number => orders.filter(test).length / orders.length;

test("the same seed and time give the same shop, another seed another one", () => {
  const again = digest(grow(7, 120));
  expect(digest(grow(7, 120))).toBe(again);
  expect(digest(grow(8, 120))).not.toBe(again);
});

test("the demo's shop has 2,000 customers, about 8,000 orders over eighteen months, and 60 products", () => {
  expect(whole.customers.size).toBe(2000);
  expect(whole.products.size).toBe(60);
  expect(orders.length).toBeGreaterThan(7400);
  expect(orders.length).toBeLessThan(8600);
  const times = orders.map((order) => order.processedAt).sort();
  expect(times[0]?.slice(0, 4)).toBe("2025");
  expect((times.at(-1) ?? "") < NOW.toISOString()).toBe(true);
  expect(orders.map((order) => order.processedAt)).toEqual(times);
});

test("its customers are prospects, one-time buyers, regulars and very frequent buyers", () => {
  const counts = [...whole.customers.values()].map((customer) => ordersOf(whole, customer.id).length);
  const within = (low: number, high: number): number => counts.filter((count) => count >= low && count <= high).length;
  expect(within(0, 0)).toBeGreaterThan(120);
  expect(within(1, 1)).toBeGreaterThan(400);
  expect(within(2, 4)).toBeGreaterThan(300);
  expect(within(5, 13)).toBeGreaterThan(300);
  expect(within(14, 40)).toBeGreaterThan(30);
});

test("it sells more in November and December than in June and July", () => {
  const inMonths = (...months: string[]): number =>
    orders.filter((order) => months.includes(order.createdAt.slice(0, 7))).length;
  expect(inMonths("2025-11", "2025-12")).toBeGreaterThan(1.8 * inMonths("2026-06", "2026-07"));
});

test("orders come from several channels, and some are refunded, cancelled or tests", () => {
  expect(shareOf((order) => order.sourceName === "web")).toBeGreaterThan(0.7);
  expect(shareOf((order) => order.sourceName === "pos")).toBeGreaterThan(0.04);
  expect(shareOf((order) => order.landingSite?.includes("utm_source") ?? false)).toBeGreaterThan(0.2);
  expect(shareOf((order) => order.discountCodes.length > 0)).toBeGreaterThan(0.08);
  expect(shareOf((order) => order.refunds.length > 0)).toBeGreaterThan(0.03);
  expect(shareOf((order) => order.cancelledAt !== null)).toBeGreaterThan(0.005);
  expect(shareOf((order) => order.test)).toBeGreaterThan(0.001);
  expect(shareOf((order) => order.customerId === null)).toBeGreaterThan(0.02);
  expect(shareOf((order) => order.presentmentCurrency !== "GBP")).toBeGreaterThan(0.1);
});

test("customers live in India, Britain and America and speak English, Gujarati, Punjabi and French", () => {
  const people = [...whole.customers.values()];
  const countries = new Set(people.flatMap((customer) => customer.addresses.map((address) => address.countryCode)));
  expect([...countries]).toEqual(expect.arrayContaining(["GB", "IN", "US", "FR"]));
  expect([...new Set(people.map((customer) => customer.locale))]).toEqual(
    expect.arrayContaining(["en", "gu", "pa", "fr"]),
  );
  const states = new Set(people.map((customer) => customer.emailConsent.state));
  expect([...states]).toEqual(expect.arrayContaining(["SUBSCRIBED", "UNSUBSCRIBED", "NOT_SUBSCRIBED"]));
  expect(people.some((customer) => customer.tags.includes("vip"))).toBe(true);
});

test("every order's total is the sum of its parts, and nothing is refunded beyond it", () => {
  for (const order of orders) {
    const goods = order.lineItems.reduce((total, line) => total + toMillionths(line.price) * line.quantity, 0);
    const off = sum(order.lineItems.map((line) => line.discount));
    expect(toMillionths(order.total)).toBe(goods - off + toMillionths(order.shipping) + toMillionths(order.tax));
    expect(sum(order.refunds.map((refund) => refund.amount))).toBeLessThanOrEqual(toMillionths(order.total));
  }
});
