// Upstream bugs around an uninstall: all webhooks of a shop that uninstalled the app must be accepted, without a session.
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { saveSession } from "../../app/shopify/session-rows.server.ts";
import { comply } from "../../app/sync/compliance/compliance.server.ts";
import { eraseSteps } from "../../app/worker/erasure.server.ts";
import { example, openIngest, sign } from "../flows/ingest-shop.ts";
import { searchDatabase } from "../setup/database/residue.ts";

const SHOP = "tea.myshopify.com";
const COMPLIANCE = ["customers/data_request", "customers/redact", "shop/redact"];
let door: Awaited<ReturnType<typeof openIngest>>;
const realFetch = globalThis.fetch;
const calls: string[] = [];

beforeAll(async () => {
  door = await openIngest();
});
afterAll(() => door.close());
beforeEach(async () => {
  for (const table of ["shop", "session", "inbox", "inbox_pack", "shop_mark", "compliance_request", "customer"]) {
    await door.rows(`delete from ${table}`);
  }
  await door.install(SHOP, { platformId: "42" });
  const dead = { accessToken: "shpat_dead", refreshToken: "shprt_dead", refreshTokenExpires: new Date(0) };
  const session = { shop: SHOP, id: `offline_${SHOP}`, state: "", isOnline: false, scope: "", expires: new Date(0) };
  await saveSession({ ...session, ...dead, onlineAccessInfo: null });
  calls.length = 0;
  // Shopify's token endpoint and Admin API are down. The app's own door answers.
  globalThis.fetch = async (input, init) => {
    const url = String(input instanceof Request ? input.url : input);
    if (url.startsWith("http://127.0.0.1")) return realFetch(input, init);
    calls.push(url);
    throw new TypeError("fetch failed");
  };
});
afterEach(() => {
  globalThis.fetch = realFetch;
});

const now = () => new Date().toISOString();
const send = (topic: string, body: object) => door.send(topic, { ...body }, { shop: SHOP, triggeredAt: now() });
const subject = { shop_id: 42, shop_domain: SHOP, customer: { id: 7, email: "ada@example.com", phone: null } };
const bodyOf = (topic: string) =>
  topic === "app/uninstalled" ? { ...example(topic), id: 42, domain: SHOP, myshopify_domain: SHOP } : subject;

async function complyAll() {
  const requests = await door.rows("select id from compliance_request where done_at is null");
  for (const { id } of requests) await comply(SHOP, String(id), eraseSteps);
}

test("R07 shopify-app-js#3360: with an expired token and Shopify down, uninstalls and compliance requests are answered 200 and carried out", async () => {
  // All requests are sent before any is carried out: a redaction that is done first must not affect the others.
  for (const topic of ["app/uninstalled", ...COMPLIANCE]) {
    expect(await send(topic, bodyOf(topic)), topic).toBe(200);
    await door.settle(SHOP);
  }
  expect(await door.rows("select count(*)::int as n from session")).toEqual([{ n: 0 }]);
  await complyAll();
  expect(await searchDatabase([{ url: process.env["DATABASE_URL"] ?? "" }], [SHOP])).toEqual([]);
});

test("R08 shopify-app-js#3242: an uninstall sends no request to Shopify", async () => {
  await send("app/uninstalled", bodyOf("app/uninstalled"));
  await door.settle(SHOP);
  await send("customers/redact", subject);
  await door.settle(SHOP);
  await complyAll();
  expect(calls).toEqual([]);
});

test("R10 template-node#1252: a compliance request with no signature, or a wrong, truncated or foreign one, is 401 and leaves no row", async () => {
  const bytes = Buffer.from(JSON.stringify(subject));
  const signatures = [null, "x".repeat(44), sign(bytes).slice(0, 20), sign(bytes, "another secret"), ""];
  for (const topic of COMPLIANCE) {
    for (const signature of signatures) {
      const headers: Record<string, string> = {
        "x-shopify-topic": topic,
        "x-shopify-shop-domain": SHOP,
        "x-shopify-webhook-id": randomUUID(),
      };
      if (signature !== null) headers["x-shopify-hmac-sha256"] = signature;
      const response = await door.post(bytes, headers);
      await response.arrayBuffer();
      expect(response.status, `${topic} ${signature}`).toBe(401);
    }
  }
  expect(await door.rows("select 1 as one from inbox")).toEqual([]);
});

test("R12 template-remix PR 809: an uninstalled shop without a session row is redacted", async () => {
  await door.rows("delete from session");
  await door.rows(
    "update shop set uninstalled_at = now() - interval '2 days', installed_at = now() - interval '9 days'",
  );
  expect(await send("shop/redact", subject)).toBe(200);
  await door.settle(SHOP);
  await complyAll();
  expect(await searchDatabase([{ url: process.env["DATABASE_URL"] ?? "" }], [SHOP])).toEqual([]);
});

test("R14 console#65: shop/redact for an unknown shop is answered 200 and leaves no row", async () => {
  expect(
    await door.send(
      "shop/redact",
      { ...subject, shop_domain: "app-security-1.myshopify.com" },
      { shop: "app-security-1.myshopify.com" },
    ),
  ).toBe(200);
  expect(await door.rows("select 1 as one from inbox")).toEqual([]);
});

test("T01: a webhook whose header names another shop than its signed body is held up, and neither shop changes", async () => {
  await door.install("coffee.myshopify.com", { platformId: "43" });
  for (const topic of ["customers/redact", "shop/redact"]) {
    expect(await door.send(topic, subject, { shop: "coffee.myshopify.com", triggeredAt: now() })).toBe(200);
  }
  await door.settle("coffee.myshopify.com");
  expect(await door.rows("select distinct state from inbox")).toEqual([{ state: "poison" }]);
  expect(await door.rows("select count(*)::int as n from compliance_request")).toEqual([{ n: 0 }]);
  expect(await door.rows("select count(*)::int as n from shop")).toEqual([{ n: 2 }]);
});
