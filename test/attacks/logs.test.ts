// The app writes no personal data and no secret for its operators: into logs, metrics, error pages, failed jobs or the database
// server's log. All processes run at their most verbose level, with canaries in the data.
import { spawn } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { enqueue } from "../../app/queue.server.ts";
import { runOn } from "../../prisma/schema-engine.ts";
import { connectionUrls } from "../../prisma/urls.ts";
import { openHttpMerchant } from "../demo/people/http-merchant.ts";
import { openHttpVisitor } from "../demo/people/visitor.ts";
import { SURVEY } from "../demo/story/prepare.ts";
import { checkoutSessionToken, sessionToken } from "../dev-store/auth/session-token.ts";
import { createCustomer, updateCustomer } from "../dev-store/commands/customer.ts";
import { placeOrder } from "../dev-store/commands/order.ts";
import type { ShopState } from "../dev-store/model.ts";
import { addShop } from "../dev-store/store.ts";
import { watchShop } from "../replay/applied.ts";
import { signedProxyQuery } from "../setup/dev-shop.ts";
import { PROJECT, startStack, type AppProcess, type Stack } from "../setup/stack.ts";
import { makeCanaries } from "./canaries.ts";

const SHOP = "discreet.myshopify.com";
const canaries = makeCanaries();
const urls = () => connectionUrls({ DATABASE_URL: process.env["DATABASE_URL"] ?? "" });
const owner = (sql: string, values: unknown[] = []) => runOn<Record<string, unknown>>(urls().owner, sql, values);

let stack: Stack;
let shop: ShopState;
let customerId: string;
let orderId: string;
/** The output of both processes, and all error pages. */
let written = "";
let faultPages = "";
let failedJobs: object[] = [];

const listenTo = (app: AppProcess | null) => {
  written += app?.log() ?? "";
  for (const stream of [app?.child.stdout, app?.child.stderr])
    stream?.on("data", (chunk: Buffer) => (written += chunk.toString()));
};

beforeAll(async () => {
  stack = await startStack({ urls: urls(), processes: "two", env: { LOG_LEVEL: "trace" } });
  listenTo(stack.web);
  listenTo(stack.worker);
  shop = addShop(stack.store, SHOP, { email: canaries.email });
  await stack.install(shop);
  const merchant = openHttpMerchant(openHttpVisitor(stack.url));
  const all = { name: "Regulars", query: "number_of_orders >= 1" };
  const segment = { ...all, path: await merchant.createSegment(all) };
  const words = { title: "Thank you", text: "For you" };
  await merchant.createOffer({ name: "Back", segment, percent: 10, code: "BACK", ...words });
  await merchant.createSurvey(SURVEY);
  live();
  await settled();
});

afterAll(() => stack?.stop());

function live(): void {
  const { name, email, phone, street, note } = canaries;
  const address = {
    firstName: name,
    lastName: name,
    address1: street,
    city: street,
    phone,
    zip: "N1",
    provinceCode: null,
    countryCode: "GB",
  };
  const person = { firstName: name, lastName: name, email, phone, note, tags: [note], addresses: [address] };
  customerId = createCustomer(stack.store, shop, { ...person, emailConsent: "SUBSCRIBED" }).id;
  const line = { title: note, sku: note, price: "20.00", quantity: 1 };
  const noteAttributes = [{ name: note, value: note }];
  const order = { customerId, email, phone, note, noteAttributes, lines: [line], shippingAddress: address };
  orderId = placeOrder(stack.store, shop, order).id;
}

async function settled(): Promise<void> {
  await sleep(300);
  const watch = await watchShop(urls().app, SHOP);
  await watch.settled(30_000);
  await watch.close();
}

/** Posts a webhook as Shopify does, with a signature by the given secret. */
async function post(topic: string, body: string, secret = stack.store.config.apiSecret): Promise<number> {
  const headers = {
    "x-shopify-topic": topic,
    "x-shopify-shop-domain": SHOP,
    "x-shopify-event-id": randomUUID(),
    "x-shopify-hmac-sha256": createHmac("sha256", secret).update(body).digest("base64"),
  };
  return (await fetch(`${stack.appUrl}/webhooks`, { method: "POST", headers, body })).status;
}

async function fault(address: string, init: RequestInit = {}): Promise<number> {
  const answer = await fetch(stack.appUrl + address, { redirect: "manual", ...init });
  const text = `${[...answer.headers].join("\n")}\n${await answer.text()}`;
  if (answer.status >= 400) faultPages += text;
  return answer.status;
}

const merchantHeaders = () => ({
  authorization: `Bearer ${sessionToken(stack.store, shop)}`,
  "user-agent": "Mozilla/5.0 Chrome/147.0",
});
const submission = (value: string) => ({
  survey: randomUUID(),
  version: 1,
  order: `gid://shopify/OrderIdentity/${orderId}`,
  answers: [{ question: "why", values: [value] }],
});

test("webhooks that are forged, malformed or refused by the database", async () => {
  const { email, name, phone, note } = canaries;
  expect(await post("customers/create", JSON.stringify({ id: 1, email }), "forged")).toBe(401);
  expect(await post("customers/create", `{"email":"${email}","first_name":"${name}`)).toBe(200);
  expect(await post("customers/create", JSON.stringify({ id: { email }, phone: [phone], note }))).toBe(200);
  expect(await post(`customers/${email}`, "{}")).toBe(400);
  await owner("alter table customer add constraint refused check (note <> 'refuse me') not valid");
  updateCustomer(stack.store, shop, customerId, { note: "refuse me" });
  await sleep(2000);
  await settled();
  await owner("alter table customer drop constraint refused");
  const kept = await owner("select count(*)::int as poison from inbox where shop_id = $1 and state = 'poison'", [SHOP]);
  expect(Number(kept[0]?.["poison"])).toBeGreaterThanOrEqual(2);
});

test("requests for pages and doors that do not exist, are forbidden or fail", async () => {
  const { email, name, note } = canaries;
  const headers = merchantHeaders();
  const words = new URLSearchParams({ query: email, search: name, after: note });
  expect(await fault(`/app/customers?${words}`, { headers })).toBe(200);
  expect(await fault(`/app/customers/${encodeURIComponent(email)}?${words}`, { headers })).toBe(404);
  expect(await fault(`/app?${words}`, { headers: { authorization: `Bearer ${note}` } })).toBeGreaterThanOrEqual(400);
  expect(await fault(`/proxy/survey?${words}`, { method: "POST", body: note })).toBeGreaterThanOrEqual(400);
  const checkout = { authorization: `Bearer ${checkoutSessionToken(stack.store, shop, { customerId })}` };
  for (const body of [`{"answers":"${email}`, JSON.stringify(submission(note))])
    expect(await fault("/checkout/survey", { method: "POST", headers: checkout, body })).toBeGreaterThanOrEqual(400);
  const form = new URLSearchParams({
    intent: "save",
    name,
    query: `customer_tags CONTAINS '${note}' AND email = '${email}`,
  });
  await fault("/app/segments/new", { method: "POST", headers, body: form });
  await owner("alter table customer_address rename to customer_address_away");
  expect(await fault(`/app/customers/${customerId}?${words}`, { headers })).toBe(500);
  await owner("alter table customer_address_away rename to customer_address");
});

test("survey answers that are valid, and survey answers that the database refuses", async () => {
  const [survey] = await owner("select id from survey where shop_id = $1", [SHOP]);
  const headers = { authorization: `Bearer ${checkoutSessionToken(stack.store, shop, { customerId })}` };
  const send = (value: string) =>
    fault("/checkout/survey", {
      method: "POST",
      headers,
      body: JSON.stringify({ ...submission(value), survey: survey?.["id"] }),
    });
  await owner(`alter table answer add constraint refused check (value_text not like '%${canaries.note}%')`);
  expect(await send(`${canaries.note} refused`)).toBe(500);
  await owner("alter table answer drop constraint refused");
  expect(await send(`${canaries.note} ${canaries.email}`)).toBe(200);
  const query = signedProxyQuery(
    {
      shop: SHOP,
      logged_in_customer_id: customerId,
      path_prefix: "/apps/regulars",
      timestamp: String(Math.floor(Date.now() / 1000)),
    },
    stack.store.config.apiSecret,
  );
  await fault(`/proxy/survey?${query}`, { method: "POST", body: JSON.stringify(submission(canaries.note)) });
});

test("jobs whose statements the database refuses with an error that quotes values", async () => {
  const [left] = await owner("delete from membership where shop_id = $1 returning segment_id", [SHOP]);
  const refusing = ["plugin_record", "membership"];
  const words = `no room for ${canaries.name} <${canaries.email}>`;
  await owner(`create function refuse() returns int language plpgsql as $$ begin raise exception '${words}'; end $$`);
  for (const table of refusing) {
    await owner(`alter table ${table} add column word int`);
    await owner(`alter table ${table} alter column word set default refuse()`);
  }
  await enqueue("plugins.job", { shop: SHOP, plugin: "loyalty", job: "recount" });
  await enqueue("segments.evaluate", { shop: SHOP, segment: String(left?.["segment_id"]) });
  const failed = "select name, data, output from pgboss.job where output is not null";
  for (const until = Date.now() + 20_000; Date.now() < until && failedJobs.length === 0;) {
    await sleep(50);
    failedJobs = await owner(failed);
  }
  await sleep(1000);
  for (const table of refusing) await owner(`alter table ${table} drop column word`);
  expect(written).toContain("plugin failed");
  expect(written).toContain("job failed");
});

test("a plugin that throws and an unhandled error, both with a canary in the message", async () => {
  for (const [way, code] of [
    ["throws", 1],
    ["rejects", 0],
  ] as const) {
    const script = path.resolve(import.meta.dirname, "throwing-plugin.ts");
    const child = spawn(process.execPath, [script, SHOP, canaries.email, way], {
      cwd: PROJECT,
      env: { ...process.env, LOG_LEVEL: "trace" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
    expect(await new Promise((resolve) => child.once("close", resolve)), said).toBe(code);
    expect(said).toContain("plugin failed");
    expect(said).toContain(way === "throws" ? "an error that was not handled" : "a promise was rejected");
    written += said;
  }
});

test("no canary appears in any output", async () => {
  const [session] = shop.tokens ?? [];
  const secrets = {
    apiSecret: stack.store.config.apiSecret,
    accessToken: session?.accessToken ?? "",
    refreshToken: session?.refreshToken ?? "",
    password: new URL(urls().app).password,
    encryptionKey: Buffer.from("the-demo-key-is-not-for-real-use").toString("base64"),
  };
  for (const [name, secret] of Object.entries(secrets)) expect(secret.length, name).toBeGreaterThan(8);
  const metrics = await (await fetch(`${stack.appUrl}/metrics`)).text();
  const serverLog = fs.readFileSync(path.join(PROJECT, ".data/test-postgres/server.log"), "utf8");
  expect(failedJobs.length, "jobs failed").toBeGreaterThan(0);
  expect(written.split("\n").length).toBeGreaterThan(20);
  const places = { logs: written, faultPages, metrics, jobs: JSON.stringify(failedJobs), serverLog };
  const found = Object.entries(places).map(([place, text]) => [place, canaries.foundIn(text, secrets)]);
  expect(Object.fromEntries(found)).toEqual({ logs: [], faultPages: [], metrics: [], jobs: [], serverLog: [] });
});

test("the search does find the canaries in the tables", async () => {
  const rows = await owner("select to_jsonb(c)::text as row from customer c where shop_id = $1 and id = $2", [
    SHOP,
    customerId,
  ]);
  expect(canaries.foundIn(JSON.stringify(rows))).toEqual(["name", "email", "phone", "note"]);
});
