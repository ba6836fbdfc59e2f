import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, beforeEach, expect, test } from "vitest";
import { forShop, sql, trusted } from "../../../app/db.server.ts";
import { runGuarded } from "../../../app/plugins/running/guard.server.ts";
import { enqueue } from "../../../app/queue.server.ts";
import { openShop } from "../../../app/shop.server.ts";
import { noEntities, type CustomerRow, type OrderRow } from "../../../app/customers/facts/entities.ts";
import { comply, fileRequest } from "../../../app/sync/compliance/compliance.server.ts";
import { shopify } from "../../../app/sync/sources/shopify/source.server.ts";
import { eraseSteps } from "../../../app/worker/erasure.server.ts";
import { exportCustomer } from "../../../app/sync/compliance/export.server.ts";
import { dropRedacted } from "../../../app/customers/facts/redaction/tombstones.server.ts";
import { takeTurn } from "../../../app/worker/batch.server.ts";
import { searchDatabase } from "../../setup/database/residue.ts";
import { ada, bea, fillShop, OTHER_SHOP, SHOP, type Person } from "./compliance-people.ts";

const owner = new pg.Pool({ connectionString: process.env["DATABASE_URL"] });
afterAll(() => owner.end());

const eyes = (shop: string) => [
  { url: process.env["DATABASE_URL"] ?? "" },
  { url: process.env["APP_DATABASE_URL"] ?? "", shop },
];
const find = (shop: string, needles: string[]) => searchDatabase(eyes(shop), needles);
const all = (shop: string, text: string) =>
  forShop(shop).tx((tx) => tx.rows<Record<string, unknown>>(sql`${trusted(text)}`));
const needlesOf = (person: Person) => [
  person.email,
  encodeURIComponent(person.email),
  person.phone,
  person.name,
  person.street,
];

beforeEach(async () => {
  const { rows } = await owner.query<{ name: string }>(
    "select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind = 'r' and c.relname <> '_prisma_migrations'",
  );
  await owner.query(`truncate ${rows.map(({ name }) => `"${name}"`).join(", ")}`);
  await owner.query("delete from pgboss.job");
  await fillShop(SHOP, [ada, bea]);
  await fillShop(OTHER_SHOP, [ada]);
});

type Ask = { body?: Record<string, unknown>; key?: string };

/** Sends the request through the inbox and the ledger, as the worker does. */
async function ask(topic: string, { body = {}, key = randomUUID() }: Ask = {}) {
  const bytes = Buffer.from(JSON.stringify({ shop_id: 42, shop_domain: SHOP, ...body }));
  await forShop(SHOP).tx((tx) =>
    tx.run(sql`insert into inbox (shop_id, topic, key, body) values (${SHOP}, ${topic}, ${key}, ${bytes})`),
  );
  const arrival = { connection: "", topic, key, receivedAt: new Date(), body: bytes };
  const filed = await forShop(SHOP).tx((tx) => fileRequest(SHOP, tx, shopify, arrival));
  if (filed.ok) await comply(SHOP, `${shopify.requests.kindOf(topic)} shopify ${key}`, eraseSteps);
  return filed;
}
const aboutAda = (more: Partial<{ id: number; email: string; phone: string }> = {}) => ({
  customer: { id: Number(ada.id), email: ada.email, phone: ada.phone, ...more },
  orders_to_redact: [Number(ada.orderId)],
});

const checksums = async (shop: string, condition: string) => {
  const tables = [
    "customer",
    "customer_address",
    "consent",
    "event",
    "shop_order",
    "line_item",
    "refund",
    "membership",
    "publication",
    "survey_response",
    "answer",
    "plugin_record",
    "outbox",
    "inbox",
    "compliance_request",
    "session",
  ];
  const sums = await Promise.all(
    tables.map(async (table) => {
      const [row] = await all(
        shop,
        `select md5(coalesce(string_agg(t::text, '|' order by row(t.*)), '')) as sum from ${table} t where shop_id = '${shop}' and t::text ~ '${condition}'`,
      );
      return [table, row?.["sum"]];
    }),
  );
  return Object.fromEntries(sums);
};

test("before the redaction, the search finds Ada's addresses in more than ten tables", async () => {
  const hits = await find(SHOP, [...needlesOf(ada), ada.id, ada.orderId]);
  expect(new Set(hits.map(({ table }) => table)).size).toBeGreaterThan(10);
});

test("a request that the database refuses does not stop the shop's other requests: it is tried again, and finally held up", async () => {
  await owner.query("alter table compliance_request add constraint refused check (id not like '%refused%')");
  try {
    const bytes = Buffer.from(JSON.stringify({ shop_id: 42, shop_domain: SHOP, ...aboutAda() }));
    const put = (topic: string, key: string) =>
      owner.query("insert into inbox (shop_id, topic, key, body) values ($1, $2, $3, $4)", [SHOP, topic, key, bytes]);
    await put("customers/redact", "refused");
    await put("customers/data_request", "fine");
    const states = async () =>
      (await all(SHOP, "select key, state, attempts from inbox where key in ('refused', 'fine') order by key")).map(
        ({ key, state, attempts }) => [key, state, attempts],
      );
    await takeTurn(SHOP, []);
    expect(await states()).toEqual([
      ["fine", "applied", 0],
      ["refused", "waiting", 1],
    ]);
    expect(await all(SHOP, "select id from compliance_request where id ~ '(fine|refused)'")).toEqual([
      { id: "export customer shopify fine" },
    ]);
    for (let tries = 1; tries < 5; tries += 1) await takeTurn(SHOP, []);
    expect(await states()).toContainEqual(["refused", "poison", 5]);
  } finally {
    await owner.query("alter table compliance_request drop constraint refused");
  }
});

test("customers/redact leaves nothing of the customer in any table, and keeps everything of all other people", async () => {
  const bystander = `${bea.id}|${bea.orderId}|${bea.name}|${bea.email}`;
  const before = await checksums(SHOP, bystander);
  const elsewhere = await checksums(OTHER_SHOP, ".");
  expect(await ask("customers/redact", { body: aboutAda() })).toEqual({ ok: true });

  // With the shop's own rights: the other shop has this customer too.
  const seen = (...needles: string[]) => searchDatabase(eyes(SHOP).slice(1), needles);
  expect(await seen(ada.name, ada.street, `"${ada.id}"`, `/${ada.id}"`, `"${ada.orderId}"`)).toEqual([]);
  // Bea's addresses contain Ada's, so each text that is found must be Bea's.
  const texts = await all(
    SHOP,
    "select encode(body, 'escape') as body from inbox union all select t::text from customer t union all select t::text from event t",
  );
  for (const text of texts.map((row) => JSON.stringify(row)))
    expect(text).not.toMatch(/(?<![a-z.])ada\.canary(?:@|%40)/i);
  for (const table of [
    "customer",
    "shop_order",
    "line_item",
    "event",
    "membership",
    "answer",
    "publication",
    "outbox",
  ]) {
    const column = table === "customer" ? "id" : "customer_id";
    expect(await all(SHOP, `select 1 as one from ${table} where ${column} = '${ada.id}'`), table).toEqual([]);
  }
  expect(await all(SHOP, "select customer_ids from audience")).toEqual([{ customer_ids: [bea.id] }]);
  expect(await all(SHOP, "select member_count from segment_figures")).toEqual([{ member_count: 1 }]);
  expect(await all(SHOP, "select count(*)::int as bodies from inbox")).toEqual([{ bodies: 6 }]);

  expect(await checksums(SHOP, bystander)).toEqual(before);
  expect(await checksums(OTHER_SHOP, ".")).toEqual(elsewhere);
});

/** A plugin's error whose message quotes the person, and a database error that quotes the person. */
async function failOver(person: Person) {
  const shop = await openShop(SHOP);
  if (!shop) throw new Error("the shop is there");
  const says = `${person.name}, ${person.email}, ${person.phone}: ${person.street}`;
  const insert = sql`insert into customer (shop_id, id, note) values (${SHOP}, ${person.id}, ${says})`;
  await runGuarded(shop, "talker", "orders/create", () => Promise.reject(new Error(`${says}\n    at ${says}:1:1`)));
  await runGuarded(shop, "doubler", "orders/create", () => shop.db.tx((tx) => tx.run(insert)));
  return all(SHOP, "select plugin, failures, fault from plugin_health where failures > 0 order by plugin");
}

test("the stored failure of a plugin quotes nothing of the customer, before and after the redaction", async () => {
  const marked = await failOver(ada);
  expect(marked).toEqual([
    {
      plugin: "doubler",
      failures: 1,
      fault: expect.stringContaining("orders/create: its SQL inserts a row that already exists at "),
    },
    { plugin: "talker", failures: 1, fault: expect.stringContaining("orders/create: Error at ") },
  ]);
  const states = async () =>
    (await find(SHOP, [...needlesOf(ada), ada.id])).filter(({ table }) => table.includes("plugin_health"));
  expect(await states()).toEqual([]);
  await ask("customers/redact", { body: aboutAda() });
  expect(await states()).toEqual([]);
  expect(await all(SHOP, "select plugin from plugin_health where failures > 0")).toHaveLength(2);
});

test("the ledger has when a request came, is due and was done and the number of erased rows, and does not name the person", async () => {
  await ask("customers/redact", { body: aboutAda(), key: "k1" });
  const [row] = await all(SHOP, "select * from compliance_request where kind = 'erase customer'");
  expect(Number(row?.["due_at"]) - Number(row?.["received_at"])).toBe(30 * 86_400_000);
  expect(row?.["done_at"]).not.toBeNull();
  expect(row?.["evidence"]).toMatchObject({ erased: { customer: 1, shop_order: 1, inbox: 7 } });
  expect(JSON.stringify(row)).not.toContain(ada.id);
});

test("a redaction finds the customer by address alone or by id alone, and accepts a person who is not stored", async () => {
  const bystander = await checksums(SHOP, bea.name);
  await ask("customers/redact", { body: { customer: { email: ada.email }, orders_to_redact: [] } });
  expect(await find(SHOP, [ada.name])).toMatchObject([...(await find(OTHER_SHOP, [ada.name]))]);
  expect(await all(SHOP, `select 1 as one from customer where id = '${ada.id}'`)).toEqual([]);
  await ask("customers/redact", { body: { customer: { id: 999, email: "never@example.com" } } });
  expect(await checksums(SHOP, bea.name)).toEqual(bystander);
});

test("a redaction finds the customer by phone alone, in the usual notations", async () => {
  const bystander = await checksums(SHOP, bea.name);
  await ask("customers/redact", { body: { customer: { phone: "+44 (7700) 900-111" } } });
  expect(await all(SHOP, `select 1 as one from customer where id = '${ada.id}'`)).toEqual([]);
  expect(await checksums(SHOP, bea.name)).toEqual(bystander);
});

test("customers who were merged into the redacted customer are redacted too", async () => {
  await forShop(SHOP).tx((tx) =>
    tx.run(sql`update customer set merged_into = ${ada.id} where shop_id = ${SHOP} and id = ${bea.id}`),
  );
  await ask("customers/redact", { body: aboutAda() });
  expect(await all(SHOP, "select 1 as one from customer")).toEqual([]);
  expect(await find(SHOP, [bea.name])).toEqual([]);
});

test("a late order or a backfill does not bring the redacted customer back; a new customer may have the old address", async () => {
  await ask("customers/redact", { body: aboutAda() });
  const version = { updatedAt: null, seenAt: "2026-11-02T00:00:00Z" };
  const customer = (id: string, addedAt: string): CustomerRow => ({
    ...version,
    id,
    firstName: "A",
    lastName: "B",
    email: "ADA.canary@example.com",
    phone: null,
    note: null,
    accountStatus: null,
    verifiedEmail: null,
    addedAt,
  });
  const order = (id: string, customerId: string | null, email: string | null, createdAt: string) =>
    ({ ...version, id, customerId, email, phone: null, createdAt }) as OrderRow;
  const future = new Date(Date.now() + 60_000).toISOString();
  const kept = await forShop(SHOP).tx((tx) =>
    dropRedacted({ id: SHOP }, tx, {
      ...noEntities(),
      customers: [customer(ada.id, future), customer("1", "2026-01-01T00:00:00Z"), customer("2", future)],
      orders: [
        order(ada.orderId, null, null, future),
        order("1", ada.id, null, future),
        order("2", null, ada.email, "2026-01-01T00:00:00Z"),
        order("3", null, ada.email, future),
        order("4", bea.id, bea.email, future),
      ],
      tags: [{ customerId: ada.id, mode: "add", tags: ["x"], at: future }],
      refunds: [
        { id: "1", orderId: ada.orderId, amount: "1", presentmentAmount: "1", note: null, at: future, lines: [] },
      ],
    }),
  );
  expect(kept.customers.map(({ id }) => id)).toEqual(["2"]);
  expect(kept.orders.map(({ id }) => id)).toEqual(["3", "4"]);
  expect([kept.tags, kept.refunds]).toEqual([[], []]);
  // Another shop's rows of this customer stay.
  const other = await forShop(OTHER_SHOP).tx((tx) =>
    dropRedacted({ id: OTHER_SHOP }, tx, { ...noEntities(), customers: [customer(ada.id, future)] }),
  );
  expect(other.customers).toHaveLength(1);
});

test("an interrupted redaction continues, and a repeated request changes nothing", async () => {
  const key = "k1";
  await ask("customers/redact", { body: aboutAda(), key });
  const sums = await checksums(SHOP, ".");
  await ask("customers/redact", { body: aboutAda(), key });
  await comply(SHOP, `erase customer shopify ${key}`, eraseSteps);
  const again = await checksums(SHOP, ".");
  expect({ ...again, inbox: "" }).toEqual({ ...sums, inbox: "" });
});

test("R13: a request that names another shop erases nothing and is refused", async () => {
  const before = await checksums(SHOP, ".");
  for (const body of [{ shop_domain: OTHER_SHOP }, { shop_id: 43 }]) {
    expect(await ask("customers/redact", { body: { ...aboutAda(), ...body } })).toEqual({
      ok: false,
      reason: "contradicts_shop",
    });
    expect(await ask("shop/redact", { body })).toEqual({ ok: false, reason: "contradicts_shop" });
  }
  expect({ ...(await checksums(SHOP, ".")), inbox: "" }).toEqual({ ...before, inbox: "" });
});

test("a data request shows the customer to the merchant, and the export has all rows of the customer and none of others", async () => {
  await ask("customers/data_request", { body: { ...aboutAda(), data_request: { id: 9 } } });
  const rows = await all(
    SHOP,
    `select evidence->'customerIds'->>0 as id from compliance_request where done_at > now() - interval '1 minute'`,
  );
  expect(rows).toEqual([{ id: ada.id }]);
  const shop = await openShop(SHOP);
  if (!shop) throw new Error("not installed");
  const found = await exportCustomer(shop, ada.id);
  const text = JSON.stringify(found);
  for (const needle of [ada.email, ada.phone, ada.name, ada.street, ada.orderId, "gold"])
    expect(text).toContain(needle);
  for (const needle of [bea.email, bea.name, bea.street]) expect(text).not.toContain(needle);
  expect(Object.keys(found?.data ?? {})).toEqual(
    expect.arrayContaining([
      "customer",
      "customer_address",
      "consent",
      "event",
      "shop_order",
      "line_item",
      "refund",
      "answer",
      "plugin_record",
      "membership",
    ]),
  );
  expect(await exportCustomer(shop, "999")).toBeNull();
});

const uninstall = (at: string) =>
  forShop(SHOP).tx((tx) => tx.run(sql`update shop set uninstalled_at = ${at}::timestamptz where id = ${SHOP}`));

test("R12, R28: shop/redact erases the shop, its staff and its customers, without a session", async () => {
  await uninstall("2026-11-20T00:00:00Z");
  const elsewhere = await checksums(OTHER_SHOP, ".");
  await forShop(SHOP).tx((tx) => tx.run(sql`delete from session where shop_id = ${SHOP} and id like 'offline%'`));
  expect((await find(SHOP, [SHOP])).length).toBeGreaterThan(20);
  await ask("shop/redact");
  expect(await find(SHOP, [SHOP, "staff60@tea", bea.name, bea.email, bea.street])).toEqual([]);
  expect(await checksums(OTHER_SHOP, ".")).toEqual(elsewhere);
  // Repeated, and for a shop that does not exist.
  await ask("shop/redact");
  expect(await all(SHOP, "select 1 as one from customer")).toEqual([]);
});

test("shop/redact keeps the jobs of a shop whose name ends like the erased shop's", async () => {
  const longer = `big-${SHOP}`;
  for (const shop of [SHOP, longer]) {
    await enqueue("sync.comply", { shop, request: "erase customer 1" });
    await enqueue("offers.publish", { shop });
  }
  await uninstall("2026-11-20T00:00:00Z");
  await ask("shop/redact");
  const { rows } = await owner.query(
    "select name, singleton_key as key from pgboss.job where data->>'shop' <> $1 order by name",
    [OTHER_SHOP],
  );
  expect(rows).toEqual([
    { name: "offers.publish", key: longer },
    { name: "sync.comply", key: `${longer} erase customer 1` },
  ]);
});

test("a plugin that fails and a job that falls due after the shop was erased leave no row of the shop", async () => {
  await failOver(bea);
  const shop = await openShop(SHOP);
  if (!shop) throw new Error("the shop is there");
  await uninstall("2026-11-20T00:00:00Z");
  const late = runGuarded(shop, "late", "job", async () => {
    await ask("shop/redact");
    throw new Error(`${bea.name} of ${SHOP}`);
  });
  expect(await late).toEqual({ ok: false });
  expect(await find(SHOP, [SHOP, bea.name, bea.email])).toEqual([]);
});
