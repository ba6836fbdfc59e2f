import { beforeEach, expect, test } from "vitest";
import { addChange, type Changes, type Reads } from "../../../app/customers/change.ts";
import { sql } from "../../../app/db.server.ts";
import { attributes } from "../../../app/plugins/attributes/plugin.server.ts";
import { assemble } from "../../../app/plugins/registry.server.ts";
import { openShop, type Shop } from "../../../app/shop.server.ts";
import { dueSegments, evaluateSegment } from "../../../app/segments/memberships/build.server.ts";
import { membersAt, readGrowth } from "../../../app/segments/memberships/stays/history.server.ts";
import type { Engine, Move } from "../../../app/segments/memberships/live-segment.server.ts";
import { drainCustomerChanges, refreshMembership } from "../../../app/segments/memberships/membership.server.ts";
import { preview, selectCustomers } from "../../../app/segments/preview.server.ts";
import { listSegments, readSegment } from "../../../app/segments/segment.server.ts";
import { archiveSegment } from "../../../app/segments/definition/archive-segment.server.ts";
import { duplicateSegment, saveSegment } from "../../../app/segments/definition/save-segment.server.ts";
import { done, faultsIn, savedSegment } from "../../setup/definitions.ts";
import { inventQuestion } from "./oracle/question.ts";
import { seeded } from "./oracle/random.ts";
import { inventWorld, storeWorld } from "./oracle/rows.ts";
import { write } from "./oracle/write.ts";
import { newShop } from "../new-shop.ts";

const engine: Engine = assemble([attributes]);
const settle = async () => undefined;

let now = new Date("2026-11-22T09:00:00Z");
let shop: Shop;

beforeEach(async () => {
  now = new Date("2026-11-22T09:00:00Z");
  shop = await newShop(() => now);
});

const later = (milliseconds: number) => (now = new Date(now.getTime() + milliseconds));
const HOUR = 3_600_000;

const addCustomer = (id: string, orders = 0) =>
  shop.db.tx((tx) =>
    tx.run(sql`insert into customer (shop_id, id, number_of_orders, tags) values (${shop.id}, ${id}, ${orders}, '{}')
      on conflict (shop_id, id) do update set number_of_orders = excluded.number_of_orders`),
  );

const change = (id: string, orders: number, cause: string, reads: Reads = "orders"): Promise<Move[]> =>
  shop.db.tx(async (tx) => {
    await tx.run(sql`update customer set number_of_orders = ${orders} where shop_id = ${shop.id} and id = ${id}`);
    const changes: Changes = new Map();
    addChange(changes, id, reads, cause);
    return refreshMembership(shop, tx, changes, engine);
  });

const build = async (query: string, name = query) => {
  const id = await savedSegment(shop, { name, query }, engine);
  await evaluateSegment(shop, id, engine, settle);
  return id;
};

const members = (id: string) => membersAt(shop, id, now);
const stays = (id: string) =>
  shop.db.tx((tx) =>
    tx.rows<{ customer: string; entered: Date; left: Date | null; why: string; whyLeft: string | null }>(sql`
      select customer_id as customer, entered_at as entered, left_at as left, entered_cause as why, left_cause as "whyLeft"
      from membership where shop_id = ${shop.id} and segment_id = ${id} order by entered_at, customer_id`),
  );

test("an order makes the customer a member, its deletion ends the membership, and each stay keeps its start, end and causes", async () => {
  await addCustomer("1");
  const id = await build("number_of_orders >= 1");
  const began = now;
  expect(await members(id)).toEqual([]);
  later(HOUR);
  expect(await change("1", 1, "order 7")).toEqual([
    { segment: id, version: 1, customer: "1", entered: true, at: now, cause: "order 7" },
  ]);
  expect(await change("1", 2, "order 8")).toEqual([]);
  later(HOUR);
  expect(await change("1", 0, "order 7 deleted")).toEqual([
    { segment: id, version: 1, customer: "1", entered: false, at: now, cause: "order 7 deleted" },
  ]);
  later(HOUR);
  await change("1", 1, "order 9");
  const at = (hours: number) => new Date(began.getTime() + hours * HOUR);
  expect(await stays(id)).toEqual([
    { customer: "1", entered: at(1), left: at(2), why: "order 7", whyLeft: "order 7 deleted" },
    { customer: "1", entered: at(3), left: null, why: "order 9", whyLeft: null },
  ]);
  const past = await Promise.all([0.5, 1, 1.5, 2, 2.5, 3].map((hours) => membersAt(shop, id, at(hours))));
  expect(past).toEqual([[], ["1"], ["1"], [], [], ["1"]]);
  expect(await readSegment(shop, id)).toMatchObject({ count: 1 });
});

test("entering and leaving within one millisecond, and a clock that steps back, lose no customer and make no stays overlap", async () => {
  await addCustomer("1");
  const id = await build("number_of_orders >= 1");
  for (const orders of [1, 0, 1, 0, 1]) await change("1", orders, "now");
  expect(await members(id)).toEqual(["1"]);
  later(HOUR);
  await change("1", 0, "later");
  later(-3 * HOUR);
  await change("1", 1, "before");
  const all = await stays(id);
  expect(all.at(-1)).toMatchObject({ left: null });
  for (const [at, stay] of all.entries()) {
    if (stay.left) expect(stay.left.getTime()).toBeGreaterThanOrEqual(stay.entered.getTime());
    const next = all[at + 1];
    if (next) expect(next.entered.getTime()).toBeGreaterThanOrEqual(stay.left?.getTime() ?? Infinity);
  }
  expect(await readSegment(shop, id)).toMatchObject({ count: 1 });
});

test("a change is evaluated only for segments that read it, and a new customer for all segments", async () => {
  await addCustomer("1", 1);
  const orders = await build("number_of_orders >= 1");
  const tags = await build("customer_tags IS NULL");
  await addCustomer("2", 1);
  expect(await change("2", 1, "tag", "tags")).toMatchObject([{ segment: tags, customer: "2", entered: true }]);
  await addCustomer("3", 1);
  const moves = await change("3", 1, "created", "profile");
  expect(moves.map((move) => move.segment).sort()).toEqual([orders, tags].sort());
});

test("a segment that cannot be evaluated is marked, and the others go on", async () => {
  const broken: Engine = {
    attributes: {
      ...engine.attributes,
      spiteful: { label: "x", type: "integer", reads: ["orders"], sql: () => sql`(1 / (c.number_of_orders - 1))` },
    },
  };
  await addCustomer("1");
  const good = await savedSegment(shop, { name: "good", query: "number_of_orders >= 1" }, broken);
  const bad = await savedSegment(shop, { name: "bad", query: "spiteful = 3" }, broken);
  for (const id of [good, bad]) await evaluateSegment(shop, id, broken, settle);
  const changes: Changes = new Map();
  addChange(changes, "1", "orders", "order");
  await addCustomer("1", 1);
  const moves = await shop.db.tx((tx) => refreshMembership(shop, tx, changes, broken));
  expect(moves).toMatchObject([{ segment: good, customer: "1", entered: true }]);
  expect(await readSegment(shop, bad)).toMatchObject({ fault: "failed" });
  expect(await readSegment(shop, good)).toMatchObject({ fault: null, count: 1 });
  await addCustomer("1", 0);
  later(48 * HOUR);
  expect(await dueSegments(shop, broken)).toEqual([bad]);
  await evaluateSegment(shop, bad, broken, settle);
  expect(await readSegment(shop, bad)).toMatchObject({ fault: null });
});

test("a segment whose attribute's plugin is switched off says so, keeps its members, and continues when the plugin is on again", async () => {
  const guest: Engine = {
    attributes: {
      ...engine.attributes,
      guest_rank: { label: "x", type: "integer", reads: ["orders"], sql: () => sql`c.number_of_orders` },
    },
  };
  await addCustomer("1", 3);
  const id = await savedSegment(shop, { name: "ranked", query: "guest_rank > 2" }, guest);
  await evaluateSegment(shop, id, guest, settle);
  expect(await dueSegments(shop, guest)).toEqual([]);
  expect(await dueSegments(shop, engine)).toEqual([id]);
  expect(await evaluateSegment(shop, id, engine, settle)).toBeNull();
  expect(await readSegment(shop, id)).toMatchObject({ fault: expect.stringContaining("'guest_rank'"), count: 1 });
  expect(await dueSegments(shop, engine)).toEqual([]);
  await addCustomer("1", 0);
  expect(await dueSegments(shop, guest)).toEqual([id]);
  await evaluateSegment(shop, id, guest, settle);
  expect(await readSegment(shop, id)).toMatchObject({ fault: null, count: 0 });
});

test("changes outside the inbox are applied once, and their moves are settled in the same transaction", async () => {
  await addCustomer("1");
  const id = await build("number_of_orders >= 1");
  await addCustomer("1", 1);
  const leave = () =>
    shop.db.tx((tx) =>
      tx.run(
        sql`insert into customer_change (shop_id, customer_id, reads, cause) values (${shop.id}, '1', 'orders', 'answer 5')`,
      ),
    );
  await leave();
  const failing = drainCustomerChanges(shop, engine, async () => {
    throw new Error("not settled");
  });
  await expect(failing).rejects.toThrow("not settled");
  expect(await members(id)).toEqual([]);
  const seen: (readonly Move[])[] = [];
  const record = async (_tx: unknown, moves: readonly Move[]) => void seen.push(moves);
  expect(await drainCustomerChanges(shop, engine, record)).toBe(false);
  expect(await drainCustomerChanges(shop, engine, record)).toBe(false);
  expect(seen).toMatchObject([[{ segment: id, customer: "1", entered: true }], []]);
  expect(await stays(id)).toMatchObject([{ why: "answer 5" }]);
});

test("relative dates are evaluated again when the shop's next day begins, absolute dates are not", async () => {
  await addCustomer("1");
  await shop.db.tx((tx) =>
    // Half past midnight of the 22nd in India, which is still the 21st in UTC.
    tx.run(sql`update customer set last_order_at = '2026-11-21T19:00:00Z' where shop_id = ${shop.id}`),
  );
  const today = await build("last_order_date = today");
  const fixed = await build("last_order_date = 2026-11-22");
  expect([await members(today), await members(fixed)]).toEqual([["1"], ["1"]]);
  expect(await dueSegments(shop, engine)).toEqual([]);
  now = new Date("2026-11-22T18:29:59.999Z");
  expect(await dueSegments(shop, engine)).toEqual([]);
  now = new Date("2026-11-22T18:30:00Z");
  expect(await dueSegments(shop, engine)).toEqual([today]);
  await evaluateSegment(shop, today, engine, settle);
  expect(await members(today)).toEqual([]);
  expect(await stays(today)).toMatchObject([{ left: now, whyLeft: "time" }]);
  expect(await dueSegments(shop, engine)).toEqual([]);
});

test("a new query evaluates the segment again, with `saved` as the cause", async () => {
  for (const id of ["1", "2", "3"]) await addCustomer(id, Number(id));
  const id = await build("number_of_orders >= 2", "Regulars");
  expect(await members(id)).toEqual(["2", "3"]);
  later(HOUR);
  await savedSegment(shop, { id, name: "Regulars", query: "number_of_orders <= 2" }, engine);
  expect(await dueSegments(shop, engine)).toEqual([id]);
  expect(await evaluateSegment(shop, id, engine, settle)).toEqual({ entered: 1, left: 1 });
  expect(await members(id)).toEqual(["1", "2"]);
  expect((await stays(id)).filter((stay) => stay.left)).toMatchObject([{ customer: "3", whyLeft: "saved" }]);
});

test("a faulty draft is refused, each fault at its field", async () => {
  const refused = async (draft: { id?: string; name: string; query: string }) => {
    const outcome = await saveSegment(shop, draft, { engine, actor: "merchant" });
    return outcome.ok ? [] : outcome.faults;
  };
  const query = "number_of_orders = 1";
  expect(await refused({ name: " ", query })).toEqual([{ key: "segments.refused.name_blank", field: "name" }]);
  expect(await refused({ name: "x".repeat(256), query })).toMatchObject([{ key: "segments.refused.name_too_long" }]);
  const unreadable = {
    key: "segments.refused.query",
    field: "query",
    parameters: { message: "Line 1 Column 14: customer_tags does not support operator '='" },
  };
  expect(await refused({ name: "x", query: "customer_tags = 'x'" })).toEqual([unreadable]);
  // Both at once.
  expect(await refused({ name: "", query: "customer_tags = 'x'" })).toMatchObject([{ field: "name" }, unreadable]);
  expect(await refused({ id: "nobody's", name: "x", query })).toEqual([{ key: "segments.refused.missing" }]);
  expect(await listSegments(shop)).toEqual([]);
});

test("the list shows counts, uses and changes of sizes; archiving ends the stays and is refused while the segment is in use", async () => {
  for (const id of ["1", "2"]) await addCustomer(id, 1);
  const id = await build("number_of_orders >= 1", "B");
  later(3 * 24 * HOUR);
  await change("2", 0, "order deleted");
  const { id: copy } = done(await duplicateSegment(shop, id, "A", { engine, actor: "merchant" }));
  await shop.db.tx((tx) =>
    tx.run(sql`insert into survey (shop_id, id, handle, name, segment_id, created_at, updated_at)
      values (${shop.id}, 's', 's', 's', ${id}, now(), now())`),
  );
  const listed = await listSegments(shop);
  expect(listed.map(({ name, count, uses }) => ({ name, count, uses }))).toEqual([
    { name: "A", count: 0, uses: { offers: 0, surveys: 0 } },
    { name: "B", count: 1, uses: { offers: 0, surveys: 1 } },
  ]);
  // Members of the first count are no growth.
  const counted = new Date(now.getTime() - 3 * 24 * HOUR);
  expect(listed[1]?.growth).toEqual({ changes: [0, 0, -1], since: counted });
  expect((await readGrowth(shop)).get(id)).toEqual(listed[1]?.growth);
  expect(faultsIn(await archiveSegment(shop, { id, actor: "merchant" }))).toEqual({ form: "segments.refused.in_use" });
  await shop.db.tx((tx) => tx.run(sql`delete from survey where shop_id = ${shop.id}`));
  const before = now;
  later(HOUR);
  done(await archiveSegment(shop, { id, actor: "merchant" }));
  expect((await listSegments(shop)).map((segment) => segment.id)).toEqual([copy]);
  expect(await readSegment(shop, id)).toBeNull();
  expect(await members(id)).toEqual([]);
  expect(await membersAt(shop, id, before)).toEqual(["1"]);
  expect(await evaluateSegment(shop, id, engine, settle)).toBeNull();
});

test("a preview counts and shows some customers, writes nothing, and ends at its time limit", async () => {
  for (let id = 1; id <= 30; id += 1) await addCustomer(String(id), id % 3);
  const seen = await preview(shop, "number_of_orders >= 1", engine);
  expect(seen).toMatchObject({ ok: true, count: 20, share: 20 / 30 });
  expect(seen.ok && seen.sample).toHaveLength(20);
  expect(await selectCustomers(shop, "number_of_orders = 0", engine)).toEqual({
    ok: true,
    count: 10,
    sample: ["3", "6", "9", "12", "15", "18", "21", "24", "27", "30"],
  });
  expect(await preview(shop, "customer_tags = 'x'", engine)).toMatchObject({ ok: false, slow: false });
  const sleepy: Engine = {
    attributes: {
      ...engine.attributes,
      sleepy: { label: "x", type: "integer", reads: ["orders"], sql: () => sql`(select 1 from pg_sleep(5))` },
    },
  };
  expect(await preview(shop, "sleepy = 1", sleepy, 50)).toEqual({ ok: false, faults: [], slow: true });
  const writing: Engine = {
    attributes: {
      writing: { label: "x", type: "integer", reads: ["orders"], sql: () => sql`nextval('customer_change_id_seq')` },
    },
  };
  await expect(preview(shop, "writing > 0", writing)).rejects.toThrow("read-only");
});

test("after any changes, the memberships equal a fresh evaluation", async () => {
  const random = seeded(20261122);
  const days = ["2026-11-01", "2026-11-21", "2026-11-22"];
  const id = "changing.myshopify.com";
  const world = inventWorld(
    random,
    { shopId: id, timeZone: "Asia/Kolkata", now },
    days.map((day) => Date.parse(`${day}T00:00:00Z`)),
  );
  await storeWorld(world);
  const opened = await openShop(id, () => now);
  if (!opened) throw new Error("the shop is there");
  const queries = Array.from({ length: 60 }, () => write(inventQuestion(random, days), random));
  const segments = new Map<string, string>();
  for (const query of queries) {
    const segment = await savedSegment(opened, { name: query.slice(0, 200), query }, engine);
    await evaluateSegment(opened, segment, engine, settle);
    segments.set(segment, query);
  }
  const check = async () => {
    for (const [segment, query] of segments) {
      const fresh = await selectCustomers(opened, query, engine);
      const held = await membersAt(opened, segment, now);
      expect(held.length, query).toBe(fresh.ok ? fresh.count : -1);
      expect(fresh.ok && fresh.sample.every((each) => held.includes(each)), query).toBe(true);
      expect((await readSegment(opened, segment))?.count, query).toBe(held.length);
    }
  };
  await check();
  for (let round = 0; round < 10; round += 1) {
    later(60_000);
    const changed = new Set(random.some(world.customers, 12).map((customer) => customer.id));
    await opened.db.tx(async (tx) => {
      const changes: Changes = new Map();
      for (const customer of changed) {
        const reads = random.pick<Reads>(["orders", "tags", "consent", "profile"]);
        if (reads === "orders") {
          const at = new Date(now.getTime() - random.below(40) * 24 * HOUR).toISOString();
          await tx.run(sql`insert into shop_order (shop_id, id, customer_id, currency, presentment_currency, total, ordered_at)
            values (${id}, ${`n${round}-${customer}`}, ${customer}, 'INR', 'INR', ${random.below(300)}, ${at}::timestamptz)`);
          await tx.run(sql`update customer set number_of_orders = number_of_orders + 1, amount_spent = amount_spent + 50,
            last_order_at = greatest(last_order_at, ${at}::timestamptz), first_order_at = coalesce(first_order_at, ${at}::timestamptz)
            where shop_id = ${id} and id = ${customer}`);
        }
        if (reads === "tags")
          await tx.run(sql`update customer set tags = '{vip}' where shop_id = ${id} and id = ${customer}`);
        if (reads === "consent")
          await tx.run(
            sql`update customer set email_subscription_status = 'PENDING' where shop_id = ${id} and id = ${customer}`,
          );
        if (reads === "profile")
          await tx.run(sql`update customer set deleted_at = now() where shop_id = ${id} and id = ${customer}`);
        addChange(changes, customer, reads, `round ${round}`);
      }
      await refreshMembership(opened, tx, changes, engine);
    });
    await check();
  }
});

test("changes that are applied during an evaluation of the whole shop are in its result", async () => {
  for (let id = 1; id <= 20; id += 1) await addCustomer(String(id).padStart(2, "0"));
  const id = await savedSegment(shop, { name: "racing", query: "number_of_orders >= 1" }, engine);
  const changing = Array.from({ length: 20 }, (_, at) => change(String(at + 1).padStart(2, "0"), 1, "order"));
  const building = Array.from({ length: 5 }, () => evaluateSegment(shop, id, engine, settle));
  await Promise.all([...changing, ...building]);
  expect(await members(id)).toHaveLength(20);
  expect(await readSegment(shop, id)).toMatchObject({ count: 20 });
});
