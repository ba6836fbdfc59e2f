// shop/redact of a shop that may be installed again. The request's times are not signed, so Shopify's answer decides.
import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { forShop, sql } from "../../../app/db.server.ts";
import { merchant } from "../../../app/shopify.server.ts";
import { markUninstalled } from "../../../app/shopify/installation.server.ts";
import { accessToken } from "../../../app/shopify/tokens.server.ts";
import { comply, fileRequest, openRequests } from "../../../app/sync/compliance/compliance.server.ts";
import { shopify } from "../../../app/sync/sources/shopify/source.server.ts";
import { eraseSteps } from "../../../app/worker/erasure.server.ts";
import { installApp, uninstallApp } from "../../dev-store/commands/app.ts";
import type { Face, StoreAnswer } from "../../dev-store/http.ts";
import { startDevShop, type DevShop } from "../../setup/dev-shop.ts";

const SHOP = "tea.myshopify.com";
const owner = new pg.Pool({ connectionString: process.env["DATABASE_URL"] });
/** The store's answer instead of its own. Null closes the connection. */
let instead: (() => Promise<StoreAnswer | null>) | undefined;
const inTheWay: Face = async (_store, _shop, request) => {
  if (!instead || !request.url.pathname.startsWith("/admin/")) return null;
  return (await instead()) ?? { status: 0, headers: {}, body: "" };
};

let dev: DevShop;
beforeAll(async () => {
  dev = await startDevShop(SHOP, { name: "Tea" }, { faces: [inTheWay] });
});
afterAll(async () => {
  await owner.end();
  await dev.close();
});
beforeEach(async () => {
  instead = undefined;
  await owner.query("delete from session; delete from shop; delete from customer; delete from compliance_request");
  installApp(dev.store, dev.shop);
  await merchant(dev.document());
  await forShop(SHOP).tx((tx) => tx.run(sql`insert into customer (shop_id, id) values (${SHOP}, '1')`));
});

/** The times in the request are in the future, since they are not signed. */
async function ask(): Promise<string> {
  const key = randomUUID();
  const body = Buffer.from(JSON.stringify({ shop_domain: SHOP }));
  const arrival = {
    connection: "",
    topic: "shop/redact" as const,
    key,
    receivedAt: new Date(),
    triggeredAt: new Date(2050, 1),
    body,
  };
  await forShop(SHOP).tx((tx) => fileRequest(SHOP, tx, shopify, arrival));
  await comply(SHOP, `erase shop shopify ${key}`, eraseSteps);
  return `erase shop shopify ${key}`;
}
const customers = async () => (await owner.query("select 1 from customer")).rowCount;
const evidence = async () =>
  (await owner.query("select evidence from compliance_request where done_at is not null")).rows;

test("a shop whose token Shopify accepts keeps its data, whatever time the request has", async () => {
  await ask();
  expect(await customers()).toBe(1);
  expect(await evidence()).toEqual([{ evidence: { ignored: true } }]);
});

test("a shop that was installed again without a webhook of its uninstall keeps its data", async () => {
  uninstallApp(dev.store, dev.shop);
  installApp(dev.store, dev.shop);
  dev.shop.tokens = [];
  await merchant(dev.data());
  await accessToken(SHOP, { idToken: dev.merchantToken(), dead: await accessToken(SHOP) });
  await ask();
  expect(await customers()).toBe(1);
});

test("a shop whose token Shopify refuses counts as uninstalled, even without a webhook of the uninstall", async () => {
  uninstallApp(dev.store, dev.shop);
  await ask();
  expect(await customers()).toBe(0);
  expect((await owner.query("select 1 from shop")).rowCount).toBe(0);
});

test("a shop whose uninstall arrived is erased without asking Shopify", async () => {
  await owner.query("update shop set installed_at = now() - interval '3 days'");
  await markUninstalled(SHOP, new Date());
  let asked = 0;
  instead = async () => {
    asked += 1;
    return null;
  };
  await ask();
  expect([await customers(), asked]).toEqual([0, 0]);
});

const answer = (status: number, headers = {}) => ({ status, headers, body: "{}" });
test.each<[string, () => Promise<StoreAnswer | null>]>([
  ["500", async () => answer(500)],
  ["503", async () => answer(503)],
  ["402 of a frozen shop", async () => answer(402)],
  ["423 of a locked shop", async () => answer(423)],
  ["404", async () => answer(404)],
  ["429", async () => answer(429, { "retry-after": "30" })],
  ["a connection that breaks off", async () => null],
])(
  "%s says nothing of the shop: the request stays open and is decided when Shopify answers",
  async (_what, unclear) => {
    instead = unclear;
    const request = await ask();
    expect([await customers(), await openRequests(SHOP)]).toEqual([1, [request]]);
    instead = undefined;
    await comply(SHOP, request, eraseSteps);
    expect([await customers(), await openRequests(SHOP)]).toEqual([1, []]);

    instead = unclear;
    const second = await ask();
    expect(await customers()).toBe(1);
    instead = undefined;
    uninstallApp(dev.store, dev.shop);
    await comply(SHOP, second, eraseSteps);
    expect(await customers()).toBe(0);
  },
  60_000,
);

test("while the token endpoint is down, a shop with an expired token stays unclear", async () => {
  await owner.query("update session set expires = now() - interval '1 minute'");
  instead = async () => answer(503);
  const request = await ask();
  expect([await customers(), await openRequests(SHOP)]).toEqual([1, [request]]);
});

test("a shop that is still unclear on the last day of the legal term is erased", async () => {
  instead = async () => answer(503);
  const request = await ask();
  await owner.query("update compliance_request set due_at = now() + interval '25 hours'");
  await comply(SHOP, request, eraseSteps);
  expect(await customers()).toBe(1);
  await owner.query("update compliance_request set due_at = now() + interval '23 hours'");
  await comply(SHOP, request, eraseSteps);
  expect(await customers()).toBe(0);
});

test("a merchant who installs the app again while Shopify is asked keeps the data", async () => {
  uninstallApp(dev.store, dev.shop);
  let asked = 0;
  instead = async () => {
    asked += 1;
    // After Shopify refused the token, and before the data are erased.
    if (asked === 1) await owner.query("update shop set installed_at = now() + interval '1 second'");
    return answer(401);
  };
  const request = await ask();
  expect([await customers(), await openRequests(SHOP)]).toEqual([1, [request]]);
});
