// The web pixel's events in the table activity, and the browsers that are joined with customers.
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { joinWaiting } from "../../../app/customers/activity/visitors.server.ts";
import { sql } from "../../../app/db.server.ts";
import { applyFacts, waitForApply } from "../../../app/customers/facts/apply.server.ts";
import { pendingState } from "../../../app/queue.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { readPixel } from "../../../app/shopify/web-pixel/state.server.ts";
import { comply, fileRequest } from "../../../app/sync/compliance/compliance.server.ts";
import { exportCustomer } from "../../../app/sync/compliance/export.server.ts";
import { shopify } from "../../../app/sync/sources/shopify/source.server.ts";
import { eraseSteps } from "../../../app/worker/erasure.server.ts";
import { JOBS } from "../../../app/worker/jobs.server.ts";
import { followChanges } from "../../../app/worker/pipeline.server.ts";
import { givePixel, openPixelServer, pixelEvent, type PixelServer } from "../../setup/pixel-server.ts";
import { newShop } from "../new-shop.ts";
import { orderRow } from "../order-row.ts";

const owner = new pg.Pool({ connectionString: process.env["DATABASE_URL"] });
let server: PixelServer;
let shop: Shop;
let account: string;

beforeAll(async () => {
  server = await openPixelServer();
});
afterAll(async () => {
  await server.close();
  await owner.end();
});
beforeEach(async () => {
  shop = await newShop(() => new Date());
  account = await givePixel(shop);
});

const send = (...events: Record<string, unknown>[]) =>
  server.send(shop, account, ...events.map((event) => pixelEvent(event)));
const completes = (client: string, token: string) => send({ name: "checkout.completed", client, token });
const sees = (client: string, offer = "offer-00001") => send({ client, offer });
/** An order arrives, and what follows from it is done, as in a batch of the inbox. */
const ordered = (id: string, customerId: string | null, checkoutToken: string) =>
  shop.db.tx(async (tx) => {
    const changes = await applyFacts(
      shop,
      tx,
      { orders: [orderRow({ id, customerId, checkoutToken })] },
      { name: "shopify", history: false },
    );
    await followChanges(shop, tx, changes);
  });
const rows = async (of = shop) =>
  (
    await owner.query<{ kind: string; subject: string; client: string; customer: string | null }>(
      `select kind, subject, anonymous_id as client, customer_id as customer from activity
       where shop_id = $1 order by kind, anonymous_id, subject`,
      [of.id],
    )
  ).rows;
const clients = async () =>
  (
    await owner.query<{ joined: string }>(
      "select value || ' ' || customer_id as joined from identifier where shop_id = $1 and kind = 'client' order by 1",
      [shop.id],
    )
  ).rows.map(({ joined }) => joined);

test("the pixel's events are stored once, however often they come, with the browser's id and nothing else of the shopper", async () => {
  const seen = pixelEvent();
  const clicked = pixelEvent({ name: "offer.clicked" });
  expect(await server.send(shop, account, seen, clicked, seen)).toBe(204);
  expect(await server.send(shop, account, seen)).toBe(204);
  expect(await Promise.all([1, 2, 3, 4].map(() => server.send(shop, account, clicked)))).toEqual([204, 204, 204, 204]);
  const row = { subject: "offer-00001", client: "client:browser-1", customer: null };
  expect(await rows()).toEqual([
    { kind: "offer.clicked", ...row },
    { kind: "offer.seen", ...row },
  ]);
  const { rows: whole } = await owner.query("select data from activity where shop_id = $1", [shop.id]);
  expect(whole).toEqual([{ data: {} }, { data: {} }]);
});

test("a browser's visits of a day are one row, and one more once the shopper is signed in", async () => {
  const visit = { name: "storefront.visited", signedIn: false };
  for (const more of [{}, {}, { signedIn: true }, { client: "browser-2" }]) await send({ ...visit, ...more });
  expect((await rows()).map(({ client }) => client)).toEqual([
    "client:browser-1",
    "client:browser-1",
    "client:browser-2",
  ]);
});

test("the pixel's state knows when an event last arrived", async () => {
  expect((await readPixel(shop)).eventAt).toBeNull();
  await sees("browser-1");
  const { eventAt } = await readPixel(shop);
  expect(Date.now() - Number(eventAt)).toBeLessThan(120_000);
});

test("the browser that completed an order's checkout is joined with the order's customer, whichever comes first", async () => {
  await completes("browser-1", "token-of-1");
  expect(await clients()).toEqual([]);
  await ordered("1", "7", "token-of-1");
  expect(await clients()).toEqual(["browser-1 7"]);
  await ordered("2", "8", "token-of-2");
  expect(await completes("browser-2", "token-of-2")).toBe(204);
  expect(await clients()).toEqual(["browser-1 7", "browser-2 8"]);
  const joined = (await rows()).map(({ subject, customer }) => [subject, customer]);
  expect(joined).toEqual([
    ["token-of-1", "7"],
    ["token-of-2", "8"],
  ]);
});

test("a checkout has one browser: a second browser that names it later is joined with nobody", async () => {
  await ordered("1", "7", "token-of-1");
  await completes("browser-1", "token-of-1");
  await completes("browser-2", "token-of-1");
  expect(await clients()).toEqual(["browser-1 7"]);
});

test("a token that no order has joins nobody, and another shop's order is not found", async () => {
  await ordered("1", "7", "token-of-1");
  const other = await newShop(() => new Date());
  const others = await givePixel(other);
  await server.send(other, others, pixelEvent({ name: "checkout.completed", token: "token-of-1" }));
  await completes("browser-1", "token-of-nothing");
  await joinWaiting(shop);
  const { rows: found } = await owner.query("select 1 from identifier where kind = 'client' and shop_id = any($1)", [
    [shop.id, other.id],
  ]);
  expect(found).toEqual([]);
});

/** Neither the order's transaction nor the event's sees the other's row. `meanwhile`: before the order's transaction ends. */
const meet = (meanwhile = async () => {}) =>
  shop.db.tx(async (tx) => {
    await waitForApply(shop, tx);
    const order = orderRow({
      id: "1",
      customerId: "7",
      checkoutToken: "token-of-1",
      processedAt: shop.now().toISOString(),
    });
    const changes = await applyFacts(shop, tx, { orders: [order] }, { name: "shopify", history: false });
    await followChanges(shop, tx, changes);
    await completes("browser-1", "token-of-1");
    await meanwhile();
  });

test("a browser whose event is stored while its order is stored is joined once both are stored", async () => {
  let joining: Promise<void> | undefined;
  await meet(async () => {
    expect(await pendingState("pixel.join", { shop: shop.id })).toBe("waiting");
    joining = JOBS["pixel.join"]({ shop: shop.id });
    await sleep(300);
  });
  await joining;
  expect(await clients()).toEqual(["browser-1 7"]);
});

test("invented checkouts in any number do not keep a browser from being joined", async () => {
  await meet();
  await owner.query(
    `insert into activity (shop_id, id, at, kind, anonymous_id, subject)
     select $1, 'invented-' || n, now() + interval '1 second', 'checkout.completed', 'client:invented-' || n, 'invented-' || n
     from generate_series(1, 10001) n`,
    [shop.id],
  );
  await joinWaiting(shop);
  expect(await clients()).toEqual(["browser-1 7"]);
});

test("a customer who opted out of the sale of data is joined with no browser", async () => {
  await ordered("1", "7", "token-of-1");
  await owner.query("update customer set data_sale_opt_out = true where shop_id = $1", [shop.id]);
  await completes("browser-1", "token-of-1");
  expect(await clients()).toEqual([]);
});

test("a merge gives the kept customer the other customer's browsers", async () => {
  await completes("browser-1", "token-of-1");
  await ordered("1", "7", "token-of-1");
  await shop.db.tx((tx) =>
    applyFacts(
      shop,
      tx,
      { merges: [{ keptId: "9", deletedId: "7", at: new Date().toISOString() }] },
      { name: "shopify", history: false },
    ),
  );
  expect(await clients()).toEqual(["browser-1 9"]);
});

const forget = async (customer: number, orders: number[] = [], stepsOf: typeof eraseSteps = eraseSteps) => {
  const body = Buffer.from(
    JSON.stringify({ shop_domain: shop.id, customer: { id: customer }, orders_to_redact: orders }),
  );
  const arrival = { connection: "", topic: "customers/redact", key: String(customer), receivedAt: new Date(), body };
  await shop.db.tx((tx) => fileRequest(shop.id, tx, shopify, arrival));
  await comply(shop.id, `erase customer shopify ${customer}`, stepsOf);
};

test("a customer's copy has what the customer's browser saw, but for a browser that another customer used too, and the erasure takes both", async () => {
  for (const client of ["own-browser", "shared-browser", "nobodys-browser"]) await sees(client);
  await completes("own-browser", "token-of-1");
  await completes("shared-browser", "token-of-2");
  await completes("shared-browser", "token-of-3");
  await ordered("1", "7", "token-of-1");
  await ordered("2", "7", "token-of-2");
  await ordered("3", "8", "token-of-3");
  const exported = await exportCustomer(shop, "7");
  expect(exported?.data["activity"]?.map(({ kind, anonymous_id }) => `${kind} ${anonymous_id}`).sort()).toEqual([
    "checkout.completed client:own-browser",
    "checkout.completed client:shared-browser",
    "offer.seen client:own-browser",
  ]);
  expect(exported?.data["identifier"]?.map(({ kind, value }) => `${kind} ${value}`)).toContain("client own-browser");
  await forget(7);
  expect((await rows()).map(({ kind, client }) => `${kind} ${client}`)).toEqual([
    "checkout.completed client:shared-browser",
    "offer.seen client:nobodys-browser",
  ]);
  expect(await clients()).toEqual(["shared-browser 8"]);
  await sees("own-browser");
  expect((await rows()).find(({ client }) => client === "client:own-browser")?.customer).toBeNull();
});

test("what an erased customer saw in a shared browser does not become what the other customer saw", async () => {
  await sees("shared-browser");
  await completes("shared-browser", "token-of-1");
  await completes("shared-browser", "token-of-2");
  await ordered("1", "7", "token-of-1");
  await ordered("2", "8", "token-of-2");
  const views = () => shop.db.tx((tx) => tx.rows(sql`select customer_id from api.offer_views`));
  expect(await views()).toEqual([]);
  await forget(7, [1]);
  expect(await views()).toEqual([]);
  await sees("shared-browser");
  expect(await views()).toEqual([{ customer_id: "8" }]);
});

test("an event that comes while its customer is erased is joined with nobody", async () => {
  await ordered("1", "7", "token-of-1");
  await forget(7, [1], async (tx, context) => {
    const steps = await eraseSteps(tx, context);
    const event = async () => {
      await completes("browser-1", "token-of-1");
      return { erased: {}, after: null };
    };
    const rest = steps.findIndex(({ name }) => !name.startsWith("activity: "));
    return [...steps.slice(0, rest), { name: "an event comes", run: event }, ...steps.slice(rest)];
  });
  expect((await rows()).map(({ customer }) => customer)).toEqual([null]);
  expect(await clients()).toEqual([]);
});

test("the erasure of a guest's order takes what the guest's browser saw", async () => {
  await sees("guests-browser");
  await completes("guests-browser", "token-of-1");
  await ordered("1", null, "token-of-1");
  await forget(99, [1]);
  expect(await rows()).toEqual([]);
});
