// The clock moves over days. At each step, and at each midnight within it, the memberships must be what the oracle computes for
// the whole shop.
import { expect, test } from "vitest";
import { addChange, type Changes } from "../../../../app/customers/change.ts";
import { sql } from "../../../../app/db.server.ts";
import { attributes } from "../../../../app/plugins/attributes/plugin.server.ts";
import { assemble } from "../../../../app/plugins/registry.server.ts";
import { dueSegments, evaluateSegment } from "../../../../app/segments/memberships/build.server.ts";
import { membersAt } from "../../../../app/segments/memberships/stays/history.server.ts";
import { type Engine, readOnce } from "../../../../app/segments/memberships/live-segment.server.ts";
import { refreshMembership } from "../../../../app/segments/memberships/membership.server.ts";
import { nextMidnight } from "../../../../app/local-time.ts";
import { readSegment } from "../../../../app/segments/segment.server.ts";
import { savedSegment } from "../../../setup/definitions.ts";
import { openShop, type Shop } from "../../../../app/shop.server.ts";
import { membersOf } from "./oracle.ts";
import { inventQuestion, type Question } from "./question.ts";
import { type Random, seeded } from "./random.ts";
import { inventWorld, storeWorld, type Customer, type World } from "./rows.ts";
import { write } from "./write.ts";

const engine: Engine = { attributes: assemble([attributes]).attributes };
const settle = async () => undefined;
const QUERIES = 40;
const HOUR = 3_600_000;

// Days with a special midnight: a month's end, a midnight that occurs twice, one that does not exist, a leap day.
const settings = [
  { timeZone: "Asia/Kolkata", start: "2026-03-29T09:00:00Z", days: ["2026-03-29", "2026-03-31", "2026-03-01"] },
  { timeZone: "America/Havana", start: "2025-10-31T20:00:00Z", days: ["2025-11-01", "2025-11-02", "2025-11-03"] },
  { timeZone: "America/Havana", start: "2026-03-06T20:00:00Z", days: ["2026-03-07", "2026-03-08", "2026-03-09"] },
  { timeZone: "Pacific/Auckland", start: "2024-02-27T02:00:00Z", days: ["2024-02-28", "2024-02-29", "2024-03-01"] },
];

function inventTimed(random: Random, days: string[]): { question: Question; text: string } {
  for (;;) {
    const question = inventQuestion(random, days);
    const text = write(question, random);
    const read = readOnce(text, engine);
    if (!Array.isArray(read) && read.changesWithTime) return { question, text };
  }
}

async function order(shop: Shop, one: Customer, at: Date, id: string): Promise<void> {
  one.orders.push({
    id,
    at: at.getTime(),
    total: "20.00",
    test: false,
    deleted: false,
    locationId: null,
    appId: null,
    lines: [],
  });
  one.numberOfOrders += 1;
  one.firstOrderAt = Math.min(one.firstOrderAt ?? Infinity, at.getTime());
  one.lastOrderAt = Math.max(one.lastOrderAt ?? 0, at.getTime());
  const [first, last] = [one.firstOrderAt, one.lastOrderAt].map((each) => new Date(each).toISOString());
  await shop.db.tx(async (tx) => {
    await tx.run(sql`insert into shop_order (shop_id, id, customer_id, currency, presentment_currency, total, ordered_at)
      values (${shop.id}, ${id}, ${one.id}, 'GBP', 'GBP', 20, ${at.toISOString()}::timestamptz)`);
    await tx.run(sql`update customer set number_of_orders = number_of_orders + 1, first_order_at = ${first}::timestamptz,
      last_order_at = ${last}::timestamptz where shop_id = ${shop.id} and id = ${one.id}`);
    const changes: Changes = new Map();
    addChange(changes, one.id, "orders", `order/${id}/placed`, at);
    await refreshMembership(shop, tx, changes, engine);
  });
}

test.each(settings.map((setting, at) => ({ ...setting, id: `passing-${at}.myshopify.com` })))(
  "as days pass in $timeZone from $start, members are those whom a whole evaluation selects",
  async ({ id, timeZone, start, days }) => {
    const random = seeded(20261128 + id.charCodeAt(8));
    let now = new Date(start);
    const landmarks = days.map((day) => Date.parse(`${day}T00:00:00Z`));
    const world: World = inventWorld(random, { shopId: id, timeZone, now }, landmarks);
    await storeWorld(world);
    const shop = await openShop(id, () => now);
    if (!shop) throw new Error("the shop is there");
    const segments: { segment: string; question: Question; text: string }[] = [];
    for (let at = 0; at < QUERIES; at += 1) {
      const { question, text } = inventTimed(random, days);
      const segment = await savedSegment(shop, { name: text.slice(0, 200), query: text }, engine);
      await evaluateSegment(shop, segment, engine, settle);
      segments.push({ segment, question, text });
    }
    const tick = async () => {
      for (const segment of await dueSegments(shop, engine)) await evaluateSegment(shop, segment, engine, settle);
    };
    const compare = async (at: Date) => {
      for (const { segment, question, text } of segments) {
        const expected = membersOf(question, { ...world, now: at }).sort();
        expect(await membersAt(shop, segment, at), `${text}\nat ${at.toISOString()}`).toEqual(expected);
      }
    };
    let moved = 0;
    for (let step = 0; step < 8; step += 1) {
      const before = now;
      const midnight = nextMidnight(now, timeZone);
      // To a midnight, one moment before or after it, or some days later.
      now = new Date(
        random.pick([
          midnight.getTime(),
          midnight.getTime() - 1,
          midnight.getTime() + HOUR + 30_000,
          now.getTime() + 75 * HOUR,
        ]),
      );
      const changes = step % 2 === 1;
      if (changes)
        for (const one of new Set(
          random.some(
            world.customers.filter(({ gone }) => gone === null),
            6,
          ),
        ))
          await order(shop, one, new Date(now.getTime() - random.below(60) * HOUR), `late-${step}-${one.id}`);
      await tick();
      await compare(now);
      for (let at = nextMidnight(before, timeZone); at <= now && !changes; at = nextMidnight(at, timeZone)) {
        moved += 1;
        await compare(at);
      }
    }
    expect(moved).toBeGreaterThan(2);
    for (const { segment, question, text } of segments) {
      const { count } = (await readSegment(shop, segment)) ?? { count: -1 };
      expect(count, text).toBe(membersOf(question, { ...world, now }).length);
    }
  },
  60_000,
);
