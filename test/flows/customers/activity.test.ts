// The table activity: months are made ahead and dropped whole, and each row belongs to a customer or to nobody.
import pg from "pg";
import { afterAll, beforeEach, expect, test } from "vitest";
import { activityId, recordActivity, type ActivityRow } from "../../../app/customers/activity/activity.server.ts";
import { keepMonths } from "../../../app/customers/activity/months.server.ts";
import { applyFacts } from "../../../app/customers/facts/apply.server.ts";
import { sql } from "../../../app/db.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { comply, fileRequest } from "../../../app/sync/compliance/compliance.server.ts";
import { exportCustomer } from "../../../app/sync/compliance/export.server.ts";
import { redactShop } from "../../../app/sync/compliance/redact-shop.server.ts";
import { shopify } from "../../../app/sync/sources/shopify/source.server.ts";
import { noteShown } from "../../../app/surveys/answers/shown.server.ts";
import { eraseSteps } from "../../../app/worker/erasure.server.ts";
import { tick } from "../../../app/worker/schedule.server.ts";
import { newShop } from "../new-shop.ts";

const owner = new pg.Pool({ connectionString: process.env["DATABASE_URL"] });
const app = new pg.Pool({ connectionString: process.env["APP_DATABASE_URL"] });
afterAll(() => Promise.all([owner.end(), app.end()]));

let shop: Shop;
beforeEach(async () => {
  await owner.query("truncate activity, identifier, customer, shop_order, compliance_request, tombstone, shop");
  shop = await newShop();
});

const DAY_MS = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString();
let next = 0;
type Told = Partial<ActivityRow> & { at?: string; key?: string };
const row = ({ at = daysAgo(0), key = `row-${(next += 1)}`, ...more }: Told = {}): ActivityRow => ({
  id: activityId(new Date(at), key),
  kind: "survey.shown",
  customerId: null,
  anonymous: null,
  subject: "survey-1",
  data: {},
  ...more,
});
const record = (...rows: ActivityRow[]) => shop.db.tx((tx) => recordActivity(shop, tx, rows));
const keyOf = (id: unknown) => String(id).split("/")[1];
const ids = async () =>
  (await owner.query<{ id: string }>("select id from activity")).rows.map(({ id }) => keyOf(id)).sort();
const months = async () =>
  (
    await owner.query<{ name: string }>(
      "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'activity'::regclass order by 1",
    )
  ).rows.map(({ name }) => name);

/** The partition of the month that is `after` months after this one, in UTC. */
const nameOf = (after: number) => {
  const now = new Date();
  const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + after, 1));
  return `activity_${month.toISOString().slice(0, 7).replace("-", "_")}`;
};

test("partitions exist from 13 months back to 3 ahead; a missing one is made, and an older one is dropped whole", async () => {
  const kept = Array.from({ length: 17 }, (_, at) => nameOf(at - 13));
  expect(await months()).toEqual(kept);
  await owner.query(`drop table ${nameOf(3)}`);
  const old = nameOf(-14);
  const oldest = `${nameOf(-13).slice("activity_".length).replace("_", "-")}-01 00:00Z`;
  await owner.query(`create table ${old} partition of activity for values from ('2000-01-01') to ('${oldest}')`);
  await owner.query(
    "insert into activity (shop_id, id, at, kind, subject) values ('x', 'old', '2001-02-03', 'survey.shown', 's')",
  );
  expect(await months()).toContain(old);
  await keepMonths();
  expect(await months()).toEqual(kept);
  expect(await ids()).toEqual([]);
});

test("the worker's tick makes a missing month", async () => {
  await owner.query(`drop table ${nameOf(3)}`);
  await tick();
  expect(await months()).toContain(nameOf(3));
});

test("the app's role can call the function that keeps months, and can neither make nor drop a month itself", async () => {
  for (const statement of [
    `drop table ${nameOf(0)}`,
    "drop table activity",
    `alter table activity detach partition ${nameOf(-13)}`,
    `create table activity_9999_01 partition of activity for values from ('9999-01-01') to ('9999-02-01')`,
    "truncate activity",
  ])
    await expect(app.query(statement), statement).rejects.toThrow(/must be owner|permission denied/);
});

test("a repeated row is stored once, in the month of its date; a row whose date is not kept is left out", async () => {
  const late = row({ at: daysAgo(100) });
  expect(await record(late, late, row({ key: "now" }))).toBe(2);
  expect(await record(late)).toBe(0);
  const { rows } = await owner.query<{ month: string }>(
    "select tableoid::regclass::text as month from activity where id = $1",
    [late.id],
  );
  expect(rows).toEqual([{ month: `activity_${late.id.slice(0, 7).replace("-", "_")}` }]);
  expect(await record(row({ at: daysAgo(500) }), row({ at: daysAgo(-500) }))).toBe(0);
});

test("an id contains one date, so that a repeated row is never in a second month", async () => {
  const told = row();
  expect(await record(told)).toBe(1);
  const again = { ...told, at: daysAgo(40) };
  expect(await record(again)).toBe(0);
  expect(await ids()).toHaveLength(1);
});

test("a partition shows only its shop's rows: the app may not read it by name, and row-level security holds there too", async () => {
  await record(row());
  const month = nameOf(0);
  await expect(app.query(`select 1 from ${month}`)).rejects.toThrow("permission denied");
  await owner.query(`grant select, insert on ${month} to regulars_app`);
  try {
    const client = await app.connect();
    await client.query("begin; set local app.shop = 'other.myshopify.com'");
    expect((await client.query(`select 1 from ${month}`)).rows).toEqual([]);
    expect((await client.query("select 1 from activity")).rows).toEqual([]);
    const values = `(shop_id, id, at, kind, subject) values ('${shop.id}', 'x', now(), 'survey.shown', 's')`;
    await expect(client.query(`insert into ${month} ${values}`)).rejects.toThrow("row-level security");
    await client.query("rollback");
    client.release();
  } finally {
    await owner.query(`revoke all on ${month} from regulars_app`);
  }
});

test("a page that is opened again within a minute is one view, whatever checkout its token names", async () => {
  let now = new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth(), 1, 9, 30, 5));
  const clocked = { ...shop, now: () => now };
  const open = (token: string, checkoutToken: string) =>
    noteShown(
      clocked,
      { id: "survey-1", version: 1 },
      { surface: "thank_you", orderClaim: null, customerId: null, anonymousId: null, token, checkoutToken },
    );
  await open("one", "a");
  now = new Date(now.getTime() + 50_000);
  for (const checkout of ["a", "b"]) await open("one", checkout);
  await open("two", "c");
  expect(await ids()).toHaveLength(2);
  now = new Date(now.getTime() + 60_000);
  await open("one", "a");
  expect(await ids()).toHaveLength(3);
});

const seenBy = (account: string, value: string) =>
  owner.query(
    "insert into identifier (shop_id, kind, value, account, customer_id) values ($1, 'checkout', $2, $3, $3)",
    [shop.id, value, account],
  );

async function threePeople(): Promise<void> {
  await owner.query("insert into customer (shop_id, id) values ($1, '1'), ($1, '2')", [shop.id]);
  await owner.query(
    `insert into shop_order (shop_id, id, customer_id, checkout_token, currency, presentment_currency, ordered_at)
     values ($1, '70', null, 'guest', 'USD', 'USD', now())`,
    [shop.id],
  );
  await seenBy("1", "own");
  await seenBy("1", "shared");
  await seenBy("2", "shared");
  const by = (value: string) => ({ anonymous: { kind: "checkout" as const, value } });
  await record(
    row({ key: "1 known", customerId: "1", at: daysAgo(40) }),
    row({ key: "1 by checkout", ...by("own") }),
    row({ key: "2 known", customerId: "2" }),
    row({ key: "of a guest's order", ...by("guest") }),
    row({ key: "of nobody", ...by("nobody's") }),
    row({ key: "of two", ...by("shared") }),
  );
}

test("a customer's activity is exported and erased together with the activity of identifiers that only this customer has", async () => {
  await threePeople();
  const exported = await exportCustomer(shop, "1");
  expect(exported?.data["activity"]?.map(({ id }) => keyOf(id)).sort()).toEqual(["1 by checkout", "1 known"]);
  await forget(1, [70]);
  expect(await ids()).toEqual(["2 known", "of nobody", "of two"]);
  const { rows } = await owner.query("select evidence -> 'erased' ->> 'activity' as activity from compliance_request");
  expect(rows).toEqual([{ activity: "3" }]);
});

test("a merge moves a customer's activity in every month", async () => {
  await threePeople();
  await shop.db.tx((tx) =>
    applyFacts(
      shop,
      tx,
      { merges: [{ keptId: "2", deletedId: "1", at: daysAgo(0) }] },
      { name: "shopify", history: false },
    ),
  );
  const { rows } = await owner.query(
    "select split_part(id, '/', 2) as id, customer_id as customer from activity where customer_id is not null order by 1",
  );
  expect(rows).toEqual([
    { id: "1 known", customer: "2" },
    { id: "2 known", customer: "2" },
  ]);
});

const forget = async (customer: number, orders: number[] = []) => {
  const body = Buffer.from(
    JSON.stringify({ shop_domain: shop.id, customer: { id: customer }, orders_to_redact: orders }),
  );
  const arrival = { connection: "", topic: "customers/redact", key: String(customer), receivedAt: new Date(), body };
  await shop.db.tx((tx) => fileRequest(shop.id, tx, shopify, arrival));
  await comply(shop.id, `erase customer shopify ${customer}`, eraseSteps);
};
const shownTo = (customerId: string | null, more: { orderClaim?: string; checkoutToken?: string } = {}) =>
  noteShown(
    shop,
    { id: "survey-1", version: 1 },
    { surface: "thank_you", orderClaim: null, customerId, anonymousId: null, token: `t${(next += 1)}`, ...more },
  );

test("a survey that is shown to a redacted customer or for a redacted order is a view that names nobody", async () => {
  await threePeople();
  await forget(1, [70]);
  await owner.query("delete from activity");
  await shownTo("1", { checkoutToken: "own" });
  await shownTo(null, { orderClaim: "70", checkoutToken: "guest" });
  await shownTo("2");
  const { rows } = await owner.query(
    "select customer_id as customer, anonymous_id as anonymous from activity order by customer_id nulls first",
  );
  expect(rows).toEqual([
    { customer: null, anonymous: null },
    { customer: null, anonymous: null },
    { customer: "2", anonymous: null },
  ]);
});

test("a survey that is shown to a merged customer is a view of the kept customer", async () => {
  await threePeople();
  await owner.query("delete from activity");
  const merges = [{ keptId: "2", deletedId: "1", at: daysAgo(0) }];
  await shop.db.tx((tx) => applyFacts(shop, tx, { merges }, { name: "shopify", history: false }));
  await shownTo("1");
  const { rows } = await owner.query("select customer_id as customer from activity");
  expect(rows).toEqual([{ customer: "2" }]);
});

test("erasing a shop erases all its months, even if row addresses of two partitions are equal", async () => {
  for (const [month, count] of [
    [-2, 100],
    [-1, 25_000],
    [0, 30_000],
  ] as const)
    await owner.query(
      `insert into activity (shop_id, id, at, kind, subject)
       select $1, 'r' || n, to_date($2, 'YYYY_MM') + interval '1 day', 'survey.shown', 's' from generate_series(1, $3) n`,
      [shop.id, nameOf(month).slice(9), count],
    );
  await owner.query(`delete from ${nameOf(-1)} where substr(id, 2)::int <= 20000`);
  await shop.db.tx((tx) => tx.run(sql`update shop set uninstalled_at = now() where id = ${shop.id}`));
  await redactShop(shop.id, null);
  expect(await ids()).toEqual([]);
});
