// A query asked as of a past day: answered by what was known to be so then, or refused, and never by what is so today.
import { expect, test } from "vitest";
import { registry } from "../../app/plugins/installed.server.ts";
import { selectCustomers } from "../../app/segments/preview.server.ts";
import { faultMessage } from "../../app/segments/query/fault.ts";
import { openShop } from "../../app/shop.server.ts";
import { addCustomers, newShop } from "./new-shop.ts";
import { membersOf } from "./segments/oracle.ts";
import { inventQuestion } from "./segments/question.ts";
import { seeded } from "./segments/random.ts";
import { consentAt, inventWorld, storeWorld, type Customer, type World } from "./segments/rows.ts";
import { write } from "./segments/write.ts";

/** The world as it was: who was there, and what they had ordered. */
function worldAt(world: World, now: Date): World {
  const at = now.getTime();
  const customers = world.customers
    .filter(({ addedAt, firstOrderAt }) => Math.min(addedAt ?? Infinity, firstOrderAt ?? Infinity) <= at)
    .map((one): Customer => {
      const orders = one.orders.filter((order) => order.at <= at);
      const dates = orders.filter((order) => !order.test && !order.deleted).map((order) => order.at);
      const [firstOrderAt, lastOrderAt] = dates.length > 0 ? [Math.min(...dates), Math.max(...dates)] : [null, null];
      const emailStatus = consentAt(one.consents, "email", at);
      const smsStatus = consentAt(one.consents, "sms", at);
      return { ...one, orders, numberOfOrders: dates.length, firstOrderAt, lastOrderAt, emailStatus, smsStatus };
    });
  return { ...world, now, customers };
}

test("random queries about a past moment select what the reference says of the world as it was, or are refused", async () => {
  const random = seeded(20261130);
  const days = ["2026-03-31", "2026-03-01", "2026-03-30"];
  const now = new Date("2026-03-31T18:29:59Z");
  const landmarks = days.map((day) => Date.parse(`${day}T00:00:00Z`));
  const world = inventWorld(random, { shopId: "past.myshopify.com", timeZone: "Asia/Kolkata", now }, landmarks);
  await storeWorld(world);
  const shop = await openShop(world.shopId, () => now);
  if (!shop) throw new Error("the shop is there");
  const refused = new Set<string>();
  let answered = 0;
  for (let run = 0; run < 300; run += 1) {
    const question = inventQuestion(random, days);
    const text = write(question, random);
    const at = new Date(random.pick(["2026-03-31T07:00:00Z", "2026-03-30T18:30:00Z", "2026-03-01T18:29:59.999Z"]));
    const found = await selectCustomers(shop, text, registry, at);
    if (!found.ok) {
      for (const { code, parameters } of found.faults) refused.add(`${code} ${parameters["name"]}`);
      continue;
    }
    const expected = membersOf(question, worldAt(world, at)).sort();
    answered += expected.length > 0 ? 1 : 0;
    expect({ count: found.count, sample: found.sample }, `${text}\nat ${at.toISOString()}`).toEqual({
      count: expected.length,
      sample: expected.slice(0, 20),
    });
  }
  expect(answered).toBeGreaterThan(40);
  expect(refused).toContain("no_history customer_tags");
  expect(refused).toContain("no_history amount_spent");
  expect([...refused].filter((each) => /date|number_of_orders|subscription/.test(each))).toEqual([]);
});

test("what has no history is refused in a sentence, with its place, and asked of today it is answered", async () => {
  const shop = await newShop();
  await addCustomers(shop, "1");
  const ask = async (query: string, at?: Date) => {
    const found = await selectCustomers(shop, query, registry, at);
    return found.ok ? found.count : found.faults.map(faultMessage);
  };
  const yesterday = new Date(shop.now().getTime() - 86_400_000);
  expect(await ask("number_of_orders = 0 AND customer_tags IS NULL", yesterday)).toEqual([
    "Line 1 Column 25: customer_tags can't be used for a past day, because only its current value is known.",
  ]);
  expect(await ask("orders_placed MATCHES (amount > 5)", yesterday)).toEqual([
    expect.stringContaining("orders_placed"),
  ]);
  expect(await ask("orders_placed NOT MATCHES ()", yesterday)).toBe(0);
  expect(await ask("customer_tags IS NULL")).toBe(1);
});
