import { beforeAll, expect, test } from "vitest";
import { forShop, sql } from "../../../../app/db.server.ts";
import { attributes } from "../../../../app/plugins/attributes/plugin.server.ts";
import { assemble } from "../../../../app/plugins/registry.server.ts";
import { catalogueOf } from "../../../../app/segments/attribute.server.ts";
import { compile } from "../../../../app/segments/query/compile/compile.server.ts";
import { readQuery } from "../../../../app/segments/query/check.ts";
import { faultMessage } from "../../../../app/segments/query/fault.ts";
import { membersOf } from "./oracle.ts";
import { inventQuestion } from "./question.ts";
import { seeded } from "./random.ts";
import { inventWorld, storeWorld, type World } from "./rows.ts";
import { write } from "./write.ts";

const SEED = 20261122;
const QUERIES = 400;
const map = assemble([attributes]).attributes;
const catalogue = catalogueOf(map);

// Today is a day, or an hour beside a day, on which the zone's clocks change, or the end of a month.
const settings = [
  {
    timeZone: "Asia/Kolkata",
    now: "2026-03-31T18:29:59Z",
    days: ["2026-03-31", "2026-03-01", "2026-03-02", "2025-03-31"],
  },
  {
    timeZone: "America/New_York",
    now: "2026-03-08T06:59:59Z",
    days: ["2026-03-07", "2026-03-08", "2026-03-09", "2025-11-02"],
  },
  {
    timeZone: "America/New_York",
    now: "2025-11-03T04:30:00Z",
    days: ["2025-11-01", "2025-11-02", "2025-11-03", "2025-03-09"],
  },
  {
    timeZone: "Europe/London",
    now: "2026-10-25T00:30:00Z",
    days: ["2026-10-24", "2026-10-25", "2026-10-26", "2026-03-29"],
  },
  {
    timeZone: "Pacific/Auckland",
    now: "2024-02-29T11:00:00Z",
    days: ["2024-02-29", "2024-03-01", "2023-02-28", "2024-04-07"],
  },
  // Clocks change at midnight: one day begins at one o'clock, another begins twice.
  {
    timeZone: "America/Havana",
    now: "2026-03-08T05:00:00Z",
    days: ["2026-03-07", "2026-03-08", "2025-11-02", "2025-11-03"],
  },
  {
    timeZone: "Africa/Cairo",
    now: "2026-04-23T22:00:00Z",
    days: ["2026-04-23", "2026-04-24", "2026-04-25", "2025-10-31"],
  },
].map((setting, at) => ({ ...setting, shopId: `oracle-${at}.myshopify.com` }));

beforeAll(() => {
  // The result must not depend on the zone of the process.
  process.env["TZ"] = "America/Los_Angeles";
  expect(new Date("2026-01-01T00:00:00Z").getHours()).toBe(16);
});

const membersBySql = async (text: string, world: World, narrowed = sql`true`): Promise<string[]> => {
  const checked = readQuery(text, catalogue);
  if (!checked.ok) throw new Error(`${text}\n${checked.faults.map(faultMessage).join("\n")}`);
  const predicate = compile(checked.query, map, world);
  const rows = await forShop(world.shopId).tx((tx) =>
    tx.rows<{ id: string }>(
      sql`select c.id from customer c where c.shop_id = ${world.shopId} and ${narrowed} and ${predicate} order by c.id`,
    ),
  );
  return rows.map(({ id }) => id);
};

test.each(settings)(
  "random queries select what the reference says, in $timeZone at $now",
  async ({ shopId, timeZone, now, days }) => {
    const random = seeded(SEED + shopId.charCodeAt(7));
    const landmarks = days.map((day) => Date.parse(`${day}T00:00:00Z`));
    const world = inventWorld(random, { shopId, timeZone, now: new Date(now) }, landmarks);
    await storeWorld(world);
    let selected = 0;
    for (let run = 0; run < QUERIES; run += 1) {
      const question = inventQuestion(random, days);
      const text = write(question, random);
      const expected = membersOf(question, world);
      selected += expected.length;
      expect(await membersBySql(text, world), `${text}\nin ${timeZone} at ${now}`).toEqual(expected);
      const some = world.customers.filter(() => random.chance(0.1)).map((one) => one.id);
      const batch = await membersBySql(text, world, sql`c.id = any(${some}::text[])`);
      expect(batch, text).toEqual(expected.filter((id) => some.includes(id)));
    }
    const share = selected / QUERIES / world.customers.length;
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.8);
  },
);
