// A plugin's transaction that hangs delays nobody else.
import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { sql } from "../../../app/db.server.ts";
import { recordsOf } from "../../../app/plugins/running/given/records.server.ts";
import { runGuarded } from "../../../app/plugins/running/guard.server.ts";
import { registry } from "../../../app/plugins/installed.server.ts";
import { loyalty } from "../../../app/plugins/loyalty/plugin.server.ts";
import { listPlugins } from "../../../app/plugins/state.server.ts";
import { metricsText } from "../../../app/metrics.server.ts";
import { openShop, type Shop } from "../../../app/shop.server.ts";
import { startWorker } from "../../../app/worker/worker.server.ts";
import { example, openIngest, type Ingest } from "../ingest-shop.ts";

const QUIET = "quiet.myshopify.com";
const BUSY = Array.from({ length: 14 }, (_, at) => `hanging-${at}.myshopify.com`);

let ingest: Ingest;
const holder = new pg.Client({ connectionString: process.env["DATABASE_URL"] });
beforeAll(async () => {
  ingest = await openIngest();
  await holder.connect();
  for (const shop of [QUIET, ...BUSY]) await ingest.install(shop);
});
afterEach(() => delete loyalty.webhooks);
afterAll(async () => {
  await holder.end();
  await ingest.close();
});

type Hang = (shop: Shop) => Promise<void>;
const forEver = () => new Promise<never>(() => undefined);
const WAYS: Record<string, Hang> = {
  "a statement that sleeps": (shop) => shop.db.tx(async (tx) => void (await tx.rows(sql`select pg_sleep(600)`))),
  "a promise that never comes": (shop) =>
    shop.db.tx(async (tx) => {
      await tx.rows(sql`select 1 from api.records`);
      await forEver();
    }),
  "a wait for a lock": (shop) => shop.db.tx(async (tx) => void (await tx.rows(sql`select 4711 from survey_allowance`))),
};
const ways = Object.values(WAYS);

/** The app's database sessions with an open transaction. */
const open = () =>
  ingest.rows(`select state, query from pg_stat_activity where usename = 'regulars_app' and datname = current_database()
    and (query ~ 'pg_sleep|4711' and state = 'active' or state ~ '^idle in transaction')`);
const gone = () => vi.waitFor(async () => expect(await open()).toEqual([]), { timeout: 60_000, interval: 200 });

const shopOf = async (id: string): Promise<Shop> => {
  const shop = await openShop(id);
  if (!shop) throw new Error("the shop is there");
  return shop;
};
const stateOf = async (id: string) => (await listPlugins(await shopOf(id), [loyalty]))[0];

test("while fourteen handlers hang in transactions the worker applies other webhooks; each is ended, counted and marked", async () => {
  loyalty.webhooks = { "orders/create": ({ shop }) => (ways[BUSY.indexOf(shop.id) % ways.length] ?? forEver)(shop) };
  await holder.query("begin; lock table survey_allowance");
  const worker = await startWorker();
  try {
    for (const [at, shop] of BUSY.entries())
      await ingest.send("orders/create", { ...example("orders/create"), id: 5000 + at }, { shop });
    await vi.waitFor(async () => expect((await open()).length).toBeGreaterThanOrEqual(3), { timeout: 60_000 });
    await ingest.send("customers/create", { ...example("customers/create"), id: 1 }, { shop: QUIET });
    const applied = () => ingest.rows("select from customer where shop_id = $1", [QUIET]);
    await vi.waitFor(async () => expect(await applied()).toHaveLength(1), { timeout: 60_000, interval: 50 });
    const failed = await ingest.rows("select from plugin_health where failures > 0");
    expect(failed.length, "handlers that were given up before").toBeLessThan(BUSY.length);
    await vi.waitFor(
      async () => {
        for (const shop of BUSY) expect((await stateOf(shop))?.failures, shop).toBe(1);
      },
      { timeout: 120_000, interval: 500 },
    );
    await gone();
    for (const shop of BUSY) expect((await stateOf(shop))?.fault).toMatch(/^orders\/create: no answer within \d+ s/);
    expect(await metricsText()).toMatch(/regulars_plugin_transactions_given_up_total{plugin="loyalty"} \d/);
  } finally {
    await holder.query("rollback");
    await worker.stop();
  }
});

test("while a handler hangs in a transaction the next webhooks of the same shop are applied", async () => {
  const [own = ""] = BUSY;
  let hung = 0;
  const failures = (await stateOf(own))?.failures;
  loyalty.webhooks = { "orders/create": ({ shop }) => ((hung += 1), (ways[1] ?? forEver)(shop)) };
  const worker = await startWorker();
  try {
    await ingest.send("orders/create", { ...example("orders/create"), id: 6000 }, { shop: own });
    await vi.waitFor(() => expect(hung).toBe(1), { timeout: 60_000 });
    await ingest.send("customers/create", { ...example("customers/create"), id: 6001 }, { shop: own });
    const applied = () => ingest.rows("select from customer where shop_id = $1 and id = '6001'", [own]);
    await vi.waitFor(async () => expect(await applied()).toHaveLength(1), { timeout: 60_000, interval: 50 });
    expect((await stateOf(own))?.failures, "the handler still hangs: it was not given up yet").toBe(failures);
  } finally {
    await worker.stop();
  }
  await gone();
});

test.each(Object.entries(WAYS))("of %s in a job the place is told", async (_way, hang) => {
  await holder.query("begin; lock table survey_allowance");
  const shop = await shopOf(QUIET);
  expect(await runGuarded(shop, "loyalty", "job recount", hang, 500)).toEqual({ ok: false });
  await gone();
  await holder.query("rollback");
  expect((await stateOf(QUIET))?.fault).toMatch(
    /^job recount: no answer within 0\.\d s at test\/flows\/plugins\/transactions\.test\.ts:\d+$/,
  );
});

test("a plugin that swallows the error of its ended transaction is marked all the same", async () => {
  const shop = await shopOf(QUIET);
  await ingest.rows("delete from plugin_health");
  const swallows = (own: Shop) => ways[0]?.(own).catch(() => undefined) ?? forEver();
  expect(await runGuarded(shop, "loyalty", "job recount", swallows, 2_000)).toMatchObject({ ok: true });
  expect(await stateOf(QUIET)).toMatchObject({
    failures: 1,
    fault: expect.stringContaining("no answer within 1.6 s at test/"),
  });
});

test("while one plugin hangs in twenty transactions, another plugin's transaction waits for none of them", async () => {
  const shop = await shopOf(QUIET);
  const hanging = Array.from({ length: 20 }, () => runGuarded(shop, "figures", "job a", ways[0] ?? forEver, 3_000));
  let ended = 0;
  for (const each of hanging) void each.then(() => (ended += 1));
  const other = await runGuarded(shop, "loyalty", "job b", (own) => own.db.tx((tx) => tx.rows(sql`select 1 as one`)));
  expect(other).toEqual({ ok: true, value: [{ one: 1 }] });
  expect(ended, "of those that hang").toBeLessThan(hanging.length);
  expect(await Promise.all(hanging)).toEqual(hanging.map(() => ({ ok: false })));
  await gone();
});

test("while several plugins hang at once, another plugin draws its card and is not marked", async () => {
  const [quiet, busy] = [await shopOf(QUIET), await shopOf(BUSY[0] ?? "")];
  await ingest.rows("delete from plugin_health");
  const hanging = ["figures", "attributes", "offer-kinds"].flatMap((plugin) =>
    Array.from({ length: 6 }, () => runGuarded(busy, plugin, "job a", ways[0] ?? forEver, 4_000)),
  );
  const card = await runGuarded(quiet, "loyalty", "card tier", (own) => own.db.tx((tx) => tx.rows(sql`select 1 as one`)), 2_000); // prettier-ignore
  expect(card).toEqual({ ok: true, value: [{ one: 1 }] });
  expect(await Promise.all(hanging)).toEqual(hanging.map(() => ({ ok: false })));
  expect(await stateOf(QUIET)).toMatchObject({ failures: 0 });
  await gone();
});

test("records are stored all or none, and the plugin's own SQL stores nothing", async () => {
  const shop = await shopOf(QUIET);
  const long = "k".repeat(256);
  const put = (keys: string[]) => (own: Shop) =>
    recordsOf(own, "loyalty")("a").put(keys.map((key) => ({ key, data: {} })));
  expect(await runGuarded(shop, "loyalty", "job a", put(["a"]))).toEqual({ ok: true });
  expect(await runGuarded(shop, "loyalty", "job b", put(["b", long]))).toEqual({ ok: false });
  const writes = sql`with gone as (delete from plugin_record returning key) select key from gone`;
  expect(await runGuarded(shop, "loyalty", "job c", (own) => own.db.tx((tx) => tx.rows(writes)))).toEqual({
    ok: false,
  });
  expect((await stateOf(QUIET))?.fault).toContain("job c: its SQL writes, and it may only read: write with `records`");
  expect(await ingest.rows("select key from plugin_record where shop_id = $1", [QUIET])).toEqual([{ key: "a" }]);
  expect(registry.plugins).toContain(loyalty);
});
