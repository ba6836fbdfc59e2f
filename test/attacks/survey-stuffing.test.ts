// Attempts to answer for other shoppers or many times: each session token, IP address and order number is good for one shopper's
// answers.
import { createHash } from "node:crypto";
import { SignJWT } from "jose";
import { beforeEach, expect, test } from "vitest";
import type { Changes } from "../../app/customers/change.ts";
import { forShop, sql } from "../../app/db.server.ts";
import { metricsText } from "../../app/metrics.server.ts";
import { registry } from "../../app/plugins/installed.server.ts";
import * as checkout from "../../app/routes/checkout.survey.ts";
import * as proxy from "../../app/routes/proxy.survey.ts";
import { openShop, type Shop } from "../../app/shop.server.ts";
import { bindResponses } from "../../app/surveys/answers/answer.server.ts";
import { readResults } from "../../app/surveys/results/results.server.ts";
import { blank, templates } from "../../app/surveys/editor/templates.ts";
import type { Surface } from "../../app/surveys/survey.ts";
import { readSurvey } from "../../app/surveys/survey.server.ts";
import { setSurveyState } from "../../app/surveys/definition/survey-state.server.ts";
import { savedSurvey } from "../setup/definitions.ts";
import { signedProxyQuery } from "../setup/dev-shop.ts";

const SECRET = "test-client-secret";
const AT = "https://app.example.com/checkout/survey";
let shops = 0;
let shop: Shop;
let survey: string;

beforeEach(async () => {
  const id = `stuffed-${(shops += 1)}.myshopify.com`;
  await forShop(id).tx((tx) => tx.run(sql`insert into shop (id, domain, installed_at) values (${id}, ${id}, now())`));
  const opened = await openShop(id);
  if (!opened) throw new Error("the shop is there");
  shop = opened;
  survey = await ask(["thank_you", "storefront"]);
});

async function ask(placements: Surface[], handle = "nps"): Promise<string> {
  const draft = { ...blank, ...templates["nps"], name: "Q", handle, placements };
  const id = await savedSurvey(shop, null, draft, registry.questionKinds);
  await setSurveyState(shop, id, "active", { actor: "merchant" });
  return id;
}

let tokens = 0;
/** A new token each time, as Shopify's are. */
const token = (sub?: string) =>
  new SignJWT({
    dest: shop.domain,
    jti: String((tokens += 1)),
    ...(sub ? { sub: `gid://shopify/Customer/${sub}` } : {}),
  })
    .setProtectedHeader({ alg: "HS256" })
    .setAudience("test-client-id")
    .setExpirationTime("5m")
    .sign(new TextEncoder().encode(SECRET));

const answersOf = (values: string[]) => [{ question: "score", values }];
type Sent = { bearer?: string; checkout?: string; score?: string; headers?: Record<string, string> };

async function post(
  order: string,
  { bearer, checkout: claimed, score = "0", headers = {} }: Sent = {},
): Promise<number> {
  const body = { survey, version: 1, locale: "en", order: `gid://shopify/OrderIdentity/${order}`, checkout: claimed };
  const request = new Request(AT, {
    method: "POST",
    headers: { authorization: `Bearer ${bearer ?? (await token())}`, ...headers },
    body: JSON.stringify({ ...body, answers: answersOf([score]) }),
  });
  return statusOf(checkout.action({ request, params: {}, context: {} }));
}

async function visit(address: string, changes: Record<string, unknown> = {}, customer = ""): Promise<number> {
  const query = signedProxyQuery({
    shop: shop.domain,
    logged_in_customer_id: customer,
    path_prefix: "/apps/regulars",
    timestamp: String(Math.floor(Date.now() / 1000)),
  });
  const body = {
    survey,
    version: 1,
    locale: "en",
    visitor: crypto.randomUUID(),
    answers: answersOf(["0"]),
    ...changes,
  };
  const request = new Request(`https://app.example.com/proxy/survey?${query}`, {
    method: "POST",
    headers: address === "" ? {} : { "x-forwarded-for": address },
    body: JSON.stringify(body),
  });
  return statusOf(proxy.action({ request, params: {}, context: {} }));
}

async function statusOf(work: Promise<unknown>): Promise<number> {
  const answer = await work.catch((thrown: unknown) => thrown);
  if (!(answer instanceof Response)) throw answer;
  return answer.status;
}

const addOrder = (id: string, customerId: string | null, checkoutToken: string | null = `checkout-${id}`) =>
  shop.db.tx(async (tx) => {
    if (customerId)
      await tx.run(sql`insert into customer (shop_id, id) values (${shop.id}, ${customerId}) on conflict do nothing`);
    await tx.run(sql`insert into shop_order (shop_id, id, customer_id, checkout_token, currency, presentment_currency, ordered_at)
      values (${shop.id}, ${id}, ${customerId}, ${checkoutToken}, 'INR', 'INR', now())`);
  });

const applied = async () => {
  const changes: Changes = new Map();
  await shop.db.tx((tx) => bindResponses(shop, tx, changes));
  return [...changes.keys()];
};
const held = () =>
  shop.db.tx((tx) =>
    tx.rows<{ customer: string | null; proof: string | null }>(sql`
    select customer_id as customer, proof from survey_response where shop_id = ${shop.id} order by order_claim, proof`),
  );
const onProfiles = () =>
  shop.db.tx((tx) =>
    tx.rows<{ customer: string }>(sql`select customer_id as customer from event where shop_id = ${shop.id} order by 1`),
  );
const results = async () => {
  const asked = await readSurvey(shop, survey);
  if (!asked) throw new Error("the survey is there");
  const { responses, waiting } = await readResults(shop, asked);
  return { responses, waiting };
};
const countedAs = async (proof: string) =>
  Number(new RegExp(`regulars_survey_claims_total\\{proof="${proof}"\\} (\\d+)`).exec(await metricsText())?.[1] ?? 0);
const tally = (answers: number[]) =>
  Object.fromEntries([...Map.groupBy(answers, String)].map(([status, all]) => [status, all.length]));

test("one session token answers for a few orders and then for no more, also with parallel requests", async () => {
  const bearer = await token();
  const answers = await Promise.all(Array.from({ length: 400 }, (_, at) => post(String(at), { bearer })));
  expect(tally(answers)).toEqual({ 200: 5, 429: 395 });
  expect(await held()).toHaveLength(5);
  // A further question of the same order is no new response.
  expect(await post("9", { bearer: await token() })).toBe(200);
});

test("an order number alone proves nothing: no profile, no count, and no other shopper's response is used up", async () => {
  for (let at = 1; at <= 10; at += 1) await addOrder(`10${at}`, String(at));
  for (let at = 1; at <= 10; at += 1) expect(await post(`10${at}`)).toBe(200);
  for (let at = 1; at <= 10; at += 1) expect(await post(`10${at}`, { checkout: "guessed" })).toBe(200);
  expect(await onProfiles()).toEqual([]);
  expect(await results()).toEqual({ responses: 0, waiting: 20 });
  const search = new URLSearchParams({ order: "gid://shopify/OrderIdentity/101", checkout: "checkout-101" });
  const request = new Request(`${AT}?${search}`, { headers: { authorization: `Bearer ${await token()}` } });
  const asked = (await (await checkout.loader({ request, params: {}, context: {} })).json()) as { questions: object[] };
  expect(asked.questions).toHaveLength(2);
  expect(await post("101", { checkout: "checkout-101", score: "10" })).toBe(200);
  expect(await post("102", { bearer: await token("2"), score: "10" })).toBe(200);
  expect(await onProfiles()).toEqual([{ customer: "1" }, { customer: "2" }]);
  expect(await results()).toEqual({ responses: 2, waiting: 20 });
});

test("a response that comes before its order is proved once the order arrives, by the same rules", async () => {
  expect(await post("1", { checkout: "checkout-1" })).toBe(200);
  expect(await post("1", { checkout: "another" })).toBe(200);
  expect(await post("1")).toBe(200);
  expect(await post("2", { bearer: await token("7") })).toBe(200);
  expect(await post("3", { bearer: await token("7") })).toBe(200);
  await addOrder("1", "8");
  await addOrder("2", "7");
  await addOrder("3", "8");
  const mismatches = await countedAs("mismatch");
  expect((await applied()).sort()).toEqual(["7", "8"]);
  expect(await held()).toEqual([
    { customer: "8", proof: "checkout" },
    { customer: null, proof: "mismatch" },
    { customer: null, proof: "none" },
    { customer: "7", proof: "customer" },
    { customer: "7", proof: "mismatch" },
  ]);
  expect(await countedAs("mismatch")).toBe(mismatches + 2);
  // A response is judged once.
  expect(await applied()).toEqual([]);
  expect(await countedAs("mismatch")).toBe(mismatches + 2);
});

test("if Shopify's tokens differ, each mismatch is counted, and the customer's own token still proves the response", async () => {
  const before = await countedAs("mismatch");
  await addOrder("1", "7", "of-another-form");
  expect(await post("1", { checkout: "checkout-1" })).toBe(200);
  expect(await post("1", { checkout: "checkout-1", bearer: await token("7") })).toBe(200);
  expect(await countedAs("mismatch")).toBe(before + 1);
  expect((await held()).map(({ proof }) => proof)).toEqual(["customer", "mismatch"]);
  expect(await onProfiles()).toEqual([{ customer: "7" }]);
});

test("a survey accepts no answers at a placement where it is not placed", async () => {
  const thanks = await ask(["thank_you"], "thanks");
  const front = await ask(["storefront"], "front");
  expect(await visit("203.0.113.1", { survey: thanks })).toBe(422);
  expect(await visit("203.0.113.1", { survey: thanks }, "7")).toBe(422);
  survey = front;
  expect(await post("1")).toBe(422);
  expect(await held()).toEqual([]);
  expect(await visit("203.0.113.1")).toBe(200);
});

test("one IP address may answer as many visitors as a household has, and an IPv6 /64 block counts as one address", async () => {
  const many = (address: (at: number) => string, count: number) =>
    Promise.all(Array.from({ length: count }, (_, at) => visit(address(at))));
  expect(tally(await many(() => "203.0.113.7", 100))).toEqual({ 200: 30, 429: 70 });
  // Addresses that proxies append are ignored.
  expect(await visit("203.0.113.7, 10.0.0.1")).toBe(429);
  expect(await visit("203.0.113.8")).toBe(200);
  expect(tally(await many((at) => `2001:db8:0:1::${(at + 1).toString(16)}`, 40))).toEqual({ 200: 30, 429: 10 });
  expect(await visit("2001:db8:0:2::1")).toBe(200);
  expect(tally(await many((at) => (at % 2 ? "" : "no address"), 40))).toEqual({ 200: 30, 429: 10 });
  // A signed-in customer answers once as that customer, from any address.
  expect(await visit("203.0.113.7", {}, "7")).toBe(200);
});

test("an address header that the checkout's client writes is ignored", async () => {
  const bearer = await token();
  const statuses: number[] = [];
  for (let at = 0; at < 8; at += 1)
    statuses.push(await post(String(at), { bearer, headers: { "x-forwarded-for": `203.0.113.${at}` } }));
  expect(statuses.filter((status) => status === 429)).toHaveLength(3);
});

test("all unproved visitors of a shop share one limit, which resets after an hour", async () => {
  await visit("203.0.113.1");
  await shop.db.tx((tx) =>
    tx.run(sql`update survey_allowance set begun = 2000 where shop_id = ${shop.id} and begun >= 1`),
  );
  expect(await visit("203.0.113.2")).toBe(429);
  expect(await post("1")).toBe(429);
  expect(await post("1", { bearer: await token("7") })).toBe(200);
  await shop.db.tx((tx) =>
    tx.run(sql`update survey_allowance set since = now() - interval '61 minutes' where shop_id = ${shop.id}`),
  );
  expect(await visit("203.0.113.2")).toBe(200);
});

test("yesterday's senders who return at the same moment are all answered, and the table contains no address", async () => {
  const addresses = Array.from({ length: 24 }, (_, at) => `203.0.113.${at + 1}`);
  const visitAll = async () => tally(await Promise.all(addresses.map((address) => visit(address))));
  expect(await visitAll()).toEqual({ 200: 24 });
  for (let day = 0; day < 3; day += 1) {
    await shop.db.tx((tx) =>
      tx.run(sql`update survey_allowance set since = now() - interval '1 day' where shop_id = ${shop.id}`),
    );
    expect(await visitAll()).toEqual({ 200: 24 });
  }
  const guesses = addresses.flatMap((address) => {
    const plain = createHash("sha256").update(JSON.stringify([shop.id, `address ${address}`]));
    return [address, plain.digest("hex").slice(0, 40)];
  });
  const named = await shop.db.tx((tx) =>
    tx.rows(sql`select 1 from survey_allowance where shop_id = ${shop.id} and sender = any(${guesses}::text[])`),
  );
  expect(named).toEqual([]);
});
