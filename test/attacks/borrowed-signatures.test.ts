// Shopify signs several kinds of text with the app's one secret, and visitors partly write some of these texts. A signature for
// one door must open no other door, and no answer of the app may contain a signature.
import { createHmac } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runOn } from "../../prisma/schema-engine.ts";
import { frameUrl } from "../dev-store/admin/frame.ts";
import { checkoutSessionToken, sessionToken } from "../dev-store/auth/session-token.ts";
import type { ShopState } from "../dev-store/model.ts";
import { addShop } from "../dev-store/store.ts";
import { signProxyQuery } from "../dev-store/storefront/app-proxy.ts";
import { askRaw, type RawRequest } from "../setup/raw-request.ts";
import { startStack, urlsOfTest, type Stack } from "../setup/stack.ts";

const VICTIM = "victim.myshopify.com";
const EVIL = "evil.myshopify.com";
let stack: Stack;
let evil: ShopState;
let secret: string;

beforeAll(async () => {
  stack = await startStack({ urls: urlsOfTest(), processes: "web" });
  secret = stack.store.config.apiSecret;
  await stack.install(addShop(stack.store, VICTIM));
  evil = addShop(stack.store, EVIL);
  await stack.install(evil);
});
afterAll(() => stack?.stop());

const raw = (path: string, request: RawRequest = {}) => askRaw(stack.appUrl, path, request);

type Hooking = { topic?: string; shop?: string; headers?: Record<string, string> };

/** Sends a webhook with a signature that was made for another text. */
async function postWebhook(
  body: string,
  mac: Buffer,
  { topic = "customers/redact", shop = VICTIM, headers = {} }: Hooking = {},
) {
  const answer = await raw("/webhooks", {
    method: "POST",
    body,
    headers: {
      "x-shopify-topic": topic,
      "x-shopify-shop-domain": shop,
      "x-shopify-hmac-sha256": mac.toString("base64"),
      ...headers,
    },
  });
  return answer.status;
}

const inbox = async () =>
  (await runOn<{ topic: string }>(urlsOfTest().owner, "select topic from inbox where shop_id = $1", [VICTIM])).length;

const hmac = (text: string) => createHmac("sha256", secret).update(text).digest();

/** The query that Shopify's app proxy forwards for a visitor's own parameters, and the text that Shopify signs. */
function proxied(own: Record<string, string>): { query: URLSearchParams; text: string; signature: string } {
  const query = new URLSearchParams({
    ...own,
    shop: EVIL,
    logged_in_customer_id: "",
    path_prefix: "/apps/regulars",
    timestamp: String(Math.floor(Date.now() / 1000)),
  });
  const text = [...query]
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join("");
  const signature = signProxyQuery(query, secret);
  expect(signature).toBe(hmac(text).toString("hex"));
  query.set("signature", signature);
  return { query, text, signature };
}

/** Parameters of a visitor that turn the signed text into a redaction in another shop. */
const asRedaction = () =>
  proxied({
    [` {"shop_domain":"${VICTIM}","customer":{"id":1,"email":"a@example.com"},"orders_to_redact":[],"zz`]: '":"',
    zz: '"}',
  });

test("a query that Shopify signed for the app proxy redacts nobody in another shop", async () => {
  const { query, text, signature } = asRedaction();
  expect(JSON.parse(text)).toMatchObject({ shop_domain: VICTIM, customer: { id: 1 } });
  for (const path of ["/proxy/%2e%2e/", "/proxy/..%2f", "/proxy/x/../../", "/proxy/", "/proxy", "/proxy/survey", "/"]) {
    const answer = await raw(`${path}?${query}`);
    expect(answer.headers + answer.body, path).not.toContain(signature);
    expect(answer.headers, path).not.toContain("?");
  }
  expect(await postWebhook(text, Buffer.from(signature, "hex"))).toBe(400);
  expect(await inbox()).toBe(0);
});

test("every door refuses a path that normalising would change, before it checks a signature", async () => {
  const { query } = proxied({});
  for (const path of [
    "/proxy/%2e%2e/app",
    "/proxy/../app",
    "/proxy/%252e%252e/",
    "/proxy//survey",
    "//proxy/survey",
    "/proxy%2fsurvey",
    "/proxy/..%5capp",
    "/proxy\\survey",
    "/proxy/..;/app",
    "/checkout/./survey",
    "/app/%2e%2e/",
    "/auth/../",
    "/webhooks/%2e",
    "/./webhooks",
    "//webhooks",
    "/assets/..%2f..%2fserver/index.js",
    "http://evil.example.com/",
    "/app#x",
  ]) {
    for (const method of ["GET", "POST"]) {
      const answer = await raw(path.includes("#") ? path : `${path}?${query}`, { method });
      expect([answer.status, answer.headers.toLowerCase().includes("location")], `${method} ${path}`).toEqual([
        400,
        false,
      ]);
    }
  }
});

test("no redirect repeats the query", async () => {
  const { query, signature } = proxied({ canary: "yellow-bird" });
  const framed = new URL(frameUrl(stack.store, evil, "/app/customers"));
  framed.searchParams.set("canary", "yellow-bird");
  framed.searchParams.set("signature", signature);
  const signedFrame = framed.searchParams.get("hmac") ?? "";
  const withoutToken = new URL(framed);
  withoutToken.searchParams.delete("id_token");
  const notFramed = new URL(withoutToken);
  notFramed.searchParams.delete("embedded");
  const spoiled = new URL(framed);
  spoiled.searchParams.set("id_token", `${framed.searchParams.get("id_token")}x`);
  const searches = [String(query), ...[framed, withoutToken, notFramed, spoiled].map(({ search }) => search.slice(1))];
  const paths = [
    "/",
    "/app",
    "/app/",
    "/app.data",
    "/app/customers",
    "/app/offers/new",
    "/auth",
    "/auth/",
    "/auth/x",
    "/auth/callback",
    "/auth/login",
  ];
  const seen = new Set<number>();
  for (const path of paths) {
    for (const search of searches) {
      const { status, headers } = await raw(`${path}?${search}`);
      seen.add(status);
      for (const secretPart of ["yellow-bird", "canary", signature, signedFrame, "hmac", "id_token"]) {
        expect(headers, `${path}?${search}`).not.toContain(secretPart);
      }
    }
  }
  expect(seen).toContain(302);
});

test("the app's root URL redirects the admin's frame to the pages and keeps the admin's parameters", async () => {
  const { status, body, headers } = await raw(`/${new URL(frameUrl(stack.store, evil, "/")).search}`);
  expect(status).toBe(200);
  expect(body).toContain('location.replace("/app" + location.search)');
  expect(headers).toContain(`frame-ancestors https://${EVIL} https://admin.shopify.com`);
});

test("a session token's signature is no valid webhook signature", async () => {
  for (const token of [sessionToken(stack.store, evil), checkoutSessionToken(stack.store, evil, {})]) {
    const [head, payload, signature] = token.split(".");
    const mac = Buffer.from(signature ?? "", "base64url");
    expect(hmac(`${head}.${payload}`)).toEqual(mac);
    expect(await postWebhook(`${head}.${payload}`, mac)).toBe(400);
  }
  expect(await inbox()).toBe(0);
});

test("a signature of the admin's frame is valid neither for a webhook nor for the app proxy", async () => {
  const { searchParams } = new URL(frameUrl(stack.store, evil, "/app"));
  const mac = searchParams.get("hmac") ?? "";
  searchParams.delete("hmac");
  const text = new URLSearchParams([...searchParams].sort(([a], [b]) => (a < b ? -1 : 1))).toString();
  expect(hmac(text).toString("hex")).toBe(mac);
  expect(await postWebhook(text, Buffer.from(mac, "hex"))).toBe(400);
  // The same text, split as a request of the app proxy.
  const [name = "", ...rest] = text.split("=");
  for (const query of [
    new URLSearchParams({ ...Object.fromEntries(searchParams), signature: mac }),
    new URLSearchParams({ [name]: rest.join("="), signature: mac }),
    new URLSearchParams({ ...Object.fromEntries(proxied({}).query), signature: mac }),
  ]) {
    const answer = await raw(`/proxy/survey?${query}`, { method: "POST", body: "{}" });
    expect([400, 401]).toContain(answer.status);
  }
  expect(await inbox()).toBe(0);
});

test("an app proxy signature is no valid session token", async () => {
  const { text, signature } = asRedaction();
  const mac = Buffer.from(signature, "hex").toString("base64url");
  for (const token of [`${text}.${mac}`, `${Buffer.from(text).toString("base64url")}..${mac}`, text + mac]) {
    const authorization = `Bearer ${encodeURIComponent(token)}`;
    expect((await raw("/checkout/survey", { headers: { authorization } })).status).toBe(401);
    expect((await raw("/app", { headers: { authorization } })).status).toBe(401);
  }
});

test("a signed body that is not a JSON object is refused", async () => {
  for (const body of ["", " {}", "\n{}", "\ufeff{}", "[{}]", '"{}"', "null", "--x\r\n{}", "+{}", "shop_domain=x"]) {
    expect(await postWebhook(body, hmac(body)), JSON.stringify(body)).toBe(400);
  }
  expect(await inbox()).toBe(0);
  expect(await postWebhook("{}", hmac("{}"))).toBe(200);
  expect(await inbox()).toBe(1);
  await runOn(urlsOfTest().owner, "delete from inbox", []);
});

test("a webhook that names two shops, topics or signatures is refused", async () => {
  const body = "{}";
  const mac = hmac(body);
  expect(await postWebhook(body, mac, { headers: { "shopify-shop-domain": EVIL } })).toBe(400);
  expect(await postWebhook(body, mac, { headers: { "shopify-topic": "orders/create" } })).toBe(400);
  expect(await postWebhook(body, mac, { headers: { "shopify-hmac-sha256": hmac("x").toString("base64") } })).toBe(401);
  const twice = await raw("/webhooks", {
    method: "POST",
    body,
    headers: {
      "x-shopify-topic": "orders/create",
      "x-shopify-shop-domain": [EVIL, VICTIM],
      "x-shopify-hmac-sha256": mac.toString("base64"),
    },
  });
  expect(twice.status).toBe(400);
  expect(await inbox()).toBe(0);
  expect(await postWebhook(body, mac, { headers: { "shopify-shop-domain": VICTIM } })).toBe(200);
  expect(await inbox()).toBe(1);
});
