// Shops that uninstalled the app: they are swept while they are known, and erased even if Shopify's request never arrives.
import pg from "pg";
import { afterAll, beforeEach, expect, test } from "vitest";
import { forShop } from "../../../app/db.server.ts";
import { installShop, markUninstalled } from "../../../app/shopify/installation.server.ts";
import { comply, fileRequest, openRequests } from "../../../app/sync/compliance/compliance.server.ts";
import { shopify } from "../../../app/sync/sources/shopify/source.server.ts";
import { eraseSteps } from "../../../app/worker/erasure.server.ts";
import { redactShop } from "../../../app/sync/compliance/redact-shop.server.ts";
import { wake } from "../../../app/clock.server.ts";
import { tick } from "../../../app/worker/schedule.server.ts";

const SHOP = "gone.myshopify.com";
const owner = new pg.Pool({ connectionString: process.env["DATABASE_URL"] });
const count = async (table: string) =>
  (await owner.query(`select count(*)::int as n from ${table}`)).rows[0].n as number;
afterAll(() => owner.end());

beforeEach(async () => {
  for (const table of ["shop", "inbox", "compliance_request", "customer", "event", "pgboss.job"]) {
    await owner.query(`delete from ${table}`);
  }
});

const leave = (ago: string) =>
  owner.query(
    "insert into shop (id, domain, installed_at, uninstalled_at) values ($1, $1, now() - interval '1 year', now() - $2::interval)",
    [SHOP, ago],
  );
const webhook = (key: string, state: string, ago: string) =>
  owner.query(
    "insert into inbox (shop_id, topic, key, state, body, received_at) values ($1, 'orders/create', $2, $3, '{}', now() - $4::interval)",
    [SHOP, key, state, ago],
  );

test("old webhooks of an uninstalled shop are deleted like those of any shop", async () => {
  await leave("3 days");
  await webhook("1", "applied", "8 days");
  await webhook("2", "applied", "6 days");
  await webhook("3", "poison", "31 days");
  await tick();
  expect((await owner.query("select key from inbox")).rows).toEqual([{ key: "2" }]);
});

test("a shop without a request to erase it is erased 32 days after the uninstall, and not before", async () => {
  await leave("31 days 23 hours");
  await owner.query("insert into customer (shop_id, id) values ($1, '1')", [SHOP]);
  await tick();
  expect(await openRequests(SHOP)).toEqual([]);
  await owner.query("update shop set uninstalled_at = now() - interval '32 days 1 hour'");
  // Two hours pass.
  await wake(SHOP);
  await tick();
  const { rows } = await owner.query("select data from pgboss.job where name = 'sync.comply'");
  expect(rows).toEqual([{ data: { shop: SHOP, request: expect.stringContaining("erase shop unheard") } }]);
  await comply(SHOP, rows[0].data.request, eraseSteps);
  expect([await count("customer"), await count("shop"), await count("compliance_request")]).toEqual([0, 0, 0]);
});

test.each(["2 months ago", "in 100 years"])(
  "the days are counted from when the shop was heard to have left, though the unsigned time said %s",
  async (said) => {
    await owner.query("insert into shop (id, domain, installed_at) values ($1, $1, now() - interval '1 year')", [SHOP]);
    const months = said === "2 months ago" ? -2 : 1200;
    const at = new Date();
    at.setUTCMonth(at.getUTCMonth() + months);
    expect(await markUninstalled(SHOP, at)).toBe(true);
    expect(await openRequests(SHOP)).toEqual([]);
    expect((await owner.query("select uninstalled_at <= now() as past from shop")).rows).toEqual([{ past: true }]);
  },
);

async function ask(): Promise<string> {
  const body = Buffer.from(JSON.stringify({ shop_domain: SHOP }));
  await forShop(SHOP).tx((tx) =>
    fileRequest(SHOP, tx, shopify, { connection: "", topic: "shop/redact", key: "1", receivedAt: new Date(), body }),
  );
  return "erase shop shopify 1";
}

test("a large shop is erased in short steps; after an interruption the ledger has the number of erased rows, and the next run completes it", async () => {
  await leave("2 days");
  const event =
    "insert into event (shop_id, id, kind, at, source) select $1, n, 'x', now(), 'x' from generate_series(1, 11000) n";
  await owner.query(event, [SHOP]);
  await owner.query("insert into customer (shop_id, id) select $1, n from generate_series(1, 6000) n", [SHOP]);
  const request = await ask();
  await owner.query("delete from clock");
  await owner.query("revoke delete on event from regulars_app");
  await expect(comply(SHOP, request, eraseSteps)).rejects.toThrow("permission denied");
  await owner.query("grant delete on event to regulars_app");
  expect([await count("customer"), await count("event")]).toEqual([0, 11_000]);
  const { rows } = await owner.query("select evidence, done_at from compliance_request");
  expect(rows).toEqual([{ evidence: { subject: expect.anything(), erased: 6000 }, done_at: null }]);
  await comply(SHOP, request, eraseSteps);
  expect([await count("event"), await count("shop"), await count("compliance_request")]).toEqual([0, 0, 0]);
});

test("an installation that begins while the shop is erased waits until no row of the earlier installation is left", async () => {
  await leave("2 days");
  await owner.query("insert into customer (shop_id, id) select $1, n from generate_series(1, 6000) n", [SHOP]);
  const order: string[] = [];
  const holder = await owner.connect();
  await holder.query("begin; select 1 from customer where id = '1' for update");
  const erasing = redactShop(SHOP, null).then(() => order.push("erased"));
  const isErasing = async () =>
    (
      await owner.query(
        "select 1 from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())",
      )
    ).rowCount;
  await expect.poll(isErasing).toBe(1);
  // No store answers here, so the installation fails after its turn.
  const installing = installShop(SHOP).catch(async () => order.push(`tried with ${await count("customer")} customers`));
  await expect.poll(isErasing).toBe(2);
  await holder.query("rollback");
  holder.release();
  await Promise.all([erasing, installing]);
  expect(order).toEqual(["erased", "tried with 0 customers"]);
});
