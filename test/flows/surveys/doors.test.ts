// The doors of surveys: the routes' own loaders and actions, with valid tokens and signatures and with forged ones.
import { createHmac } from "node:crypto";
import { SignJWT } from "jose";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Changes } from "../../../app/customers/change.ts";
import { forShop, sql } from "../../../app/db.server.ts";
import { registry } from "../../../app/plugins/installed.server.ts";
import * as checkout from "../../../app/routes/checkout.survey.ts";
import * as proxy from "../../../app/routes/proxy.survey.ts";
import { openShop, type Shop } from "../../../app/shop.server.ts";
import { bindResponses } from "../../../app/surveys/answers/answer.server.ts";
import { readResults } from "../../../app/surveys/results/results.server.ts";
import { readSurvey } from "../../../app/surveys/survey.server.ts";
import { setSurveyState } from "../../../app/surveys/definition/survey-state.server.ts";
import { savedSurvey } from "../../setup/definitions.ts";
import type { Surface } from "../../../app/surveys/survey.ts";
import { blank, templates } from "../../../app/surveys/editor/templates.ts";
import type { AskedSurvey } from "../../../app/surveys/wire.ts";
import { signedProxyQuery } from "../../setup/dev-shop.ts";

const SECRET = "test-client-secret";
const VISITOR = "0b7d1a6e-54f0-4b0f-9b5e-3f2f6d8d0c11";
let shops = 0;
let shop: Shop;
let survey: string;

async function newShop(): Promise<Shop> {
  const id = `doors-${(shops += 1)}.myshopify.com`;
  await forShop(id).tx((tx) => tx.run(sql`insert into shop (id, domain, installed_at) values (${id}, ${id}, now())`));
  const opened = await openShop(id);
  if (!opened) throw new Error("the shop is there");
  return opened;
}

async function askIn(asking: Shop, template = "nps"): Promise<string> {
  const placements: Surface[] = ["thank_you", "storefront"];
  const draft = { ...blank, ...templates[template], name: "Q", placements };
  const id = await savedSurvey(asking, null, draft, registry.questionKinds);
  await setSurveyState(asking, id, "active", { actor: "merchant" });
  return id;
}

beforeEach(async () => {
  shop = await newShop();
  survey = await askIn(shop);
});

afterEach(async () => {
  await shop.db.tx((tx) => tx.run(sql`delete from event where shop_id = ${shop.id}`));
});

type Claims = { dest?: string; sub?: string; aud?: string; exp?: string | number; iss?: string; secret?: string };

const token = ({ dest = shop.domain, aud = "test-client-id", exp = "5m", secret = SECRET, ...claims }: Claims = {}) =>
  new SignJWT({ dest, ...claims })
    .setProtectedHeader({ alg: "HS256" })
    .setAudience(aud)
    .setExpirationTime(exp)
    .sign(new TextEncoder().encode(secret));

const URL_OF_CHECKOUT = "https://app.example.com/checkout/survey";
const order = (id: string) => `gid://shopify/OrderIdentity/${id}`;

/** The route's answer, whether it is thrown or returned. */
async function answerOf(work: Promise<unknown>): Promise<Response> {
  const answer = await work.catch((thrown: unknown) => thrown);
  if (!(answer instanceof Response)) throw answer;
  return answer;
}

async function fetchSurvey(search = "?locale=en", claims: Claims = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${await token(claims)}` };
  const request = new Request(URL_OF_CHECKOUT + search, { headers });
  return answerOf(checkout.loader({ request, params: {}, context: {} }));
}

async function post(body: unknown, claims: Claims = {}, bearer?: string): Promise<Response> {
  const request = new Request(URL_OF_CHECKOUT, {
    method: "POST",
    headers: { authorization: `Bearer ${bearer ?? (await token(claims))}`, "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return answerOf(checkout.action({ request, params: {}, context: {} }));
}

const sent = (changes: Record<string, unknown> = {}) => {
  const whole = { survey, version: 1, locale: "en", order: order("1001"), ...changes };
  const answers = [{ question: "score", values: ["9"] }];
  return { answers, ...whole, checkout: `checkout-${/\d+$/.exec(String(whole.order))?.[0] ?? ""}` };
};

async function postThroughProxy(body: unknown, changes: Record<string, string> = {}, tampered = ""): Promise<Response> {
  const query = signedProxyQuery({
    shop: shop.domain,
    logged_in_customer_id: "",
    path_prefix: "/apps/regulars",
    timestamp: String(Math.floor(Date.now() / 1000)),
    ...changes,
  });
  const request = new Request(`https://app.example.com/proxy/survey?${query}${tampered}`, {
    method: "POST",
    body: JSON.stringify(body),
  });
  return answerOf(proxy.action({ request, params: {}, context: {} }));
}

type Row = { question: string; value: string; customer: string | null };
const answers = (of = shop) =>
  of.db.tx((tx) =>
    tx.rows<Row>(sql`
      select question, value_text as value, customer_id as customer from answer where shop_id = ${of.id} order by question, position`),
  );

const addCustomer = (id: string) =>
  shop.db.tx((tx) => tx.run(sql`insert into customer (shop_id, id) values (${shop.id}, ${id})`));
const addOrder = (id: string, customerId: string | null, of = shop) =>
  of.db.tx((tx) =>
    tx.run(sql`insert into shop_order (shop_id, id, customer_id, checkout_token, currency, presentment_currency, ordered_at)
      values (${of.id}, ${id}, ${customerId}, ${`checkout-${id}`}, 'INR', 'INR', now())`),
  );

test("every origin may send a preflight, because the extension's worker has no origin", async () => {
  const request = new Request(URL_OF_CHECKOUT, {
    method: "OPTIONS",
    headers: { origin: "null", "access-control-request-method": "POST" },
  });
  const answer = await answerOf(checkout.loader({ request, params: {}, context: {} }));
  expect(answer.status).toBe(204);
  expect(answer.headers.get("access-control-allow-origin")).toBe("*");
  expect(answer.headers.get("access-control-allow-headers")).toContain("Authorization");
  expect(answer.headers.get("access-control-allow-methods")).toContain("POST");
});

test("the thank-you page gets the survey in the shopper's language and may read every answer", async () => {
  const answer = await fetchSurvey("?locale=gu-IN");
  expect(answer.headers.get("access-control-allow-origin")).toBe("*");
  const asked = (await answer.json()) as AskedSurvey;
  expect(asked.title).toBe("અમારી સેવા કેવી લાગી?");
  expect(asked.questions.map(({ handle }) => handle)).toEqual(["score", "why"]);
  expect((await fetchSurvey("?locale=%00")).status).toBe(400);
  for (const locale of ["constructor", "x".repeat(5000)])
    expect(((await (await fetchSurvey(`?locale=${locale}`)).json()) as AskedSurvey).title).toBe("How are we doing?");
  await setSurveyState(shop, survey, "ended", { actor: "merchant" });
  expect((await fetchSurvey()).status).toBe(204);
});

test("a survey that a page gets is activity of the customer or of the checkout", async () => {
  const shown = () =>
    shop.db.tx((tx) =>
      tx.rows<{ kind: string; customer: string | null; visitor: string | null; data: object }>(sql`
        select kind, customer_id as customer, anonymous_id as visitor, data from activity
        where shop_id = ${shop.id} and subject = ${survey} order by customer_id`),
    );
  const open = async (search: string, bearer: string) => {
    const request = new Request(URL_OF_CHECKOUT + search, { headers: { authorization: `Bearer ${bearer}` } });
    return (await answerOf(checkout.loader({ request, params: {}, context: {} }))).status;
  };
  const [known, guest] = [await token({ sub: "gid://shopify/Customer/7" }), await token({ exp: "4m" })];
  expect(await open(`?order=${order("1")}&checkout=c-1`, known)).toBe(200);
  expect(await open(`?order=${order("2")}&checkout=c-2`, guest)).toBe(200);
  const data = { version: 1, surface: "thank_you" };
  expect(await shown()).toEqual([
    { kind: "survey.shown", customer: "7", visitor: null, data },
    { kind: "survey.shown", customer: null, visitor: "checkout:c-2", data },
  ]);
  await setSurveyState(shop, survey, "ended", { actor: "merchant" });
  expect(await open(`?order=${order("4")}`, await token({ exp: "3m" }))).toBe(204);
  expect(await shown()).toHaveLength(2);
});

test("a token that is forged, expired, for another app or a merchant's is refused", async () => {
  const merchant = { iss: `https://${shop.domain}/admin`, sub: "42" };
  const bad: Claims[] = [
    { secret: "guessed" },
    { exp: Math.floor(Date.now() / 1000) - 60 },
    { aud: "another-app" },
    { sub: "gid://shopify/Customer/7 or 1=1" },
    merchant,
    { dest: "evil.example" },
    { dest: `${shop.domain}.evil.example` },
  ];
  for (const claims of bad) {
    expect((await fetchSurvey("", claims)).status, JSON.stringify(claims)).toBe(401);
    const refused = await post(sent(), claims);
    expect(refused.status, JSON.stringify(claims)).toBe(401);
    expect(refused.headers.get("access-control-allow-origin")).toBe("*");
  }
  const [head = "", body = ""] = (await token()).split(".");
  const unsigned = Buffer.from('{"alg":"none","typ":"JWT"}').toString("base64url");
  const swapped = createHmac("sha256", "guessed").update(`${head}.${body}`).digest("base64url");
  for (const bearer of ["", "x", `${unsigned}.${body}.`, `${head}.${body}.${swapped}`, `${head}.${body}`])
    expect((await post(sent(), {}, bearer)).status, bearer).toBe(401);
  expect(await answers()).toEqual([]);
});

test("a shop that has not installed the app is refused", async () => {
  expect((await fetchSurvey("", { dest: "nobody.myshopify.com" })).status).toBe(404);
});

test("a token is valid for the surveys of its own shop only", async () => {
  const other = await newShop();
  const theirs = await askIn(other);
  expect((await post(sent({ survey: theirs }))).status).toBe(422);
  expect((await post(sent(), { dest: other.domain })).status).toBe(422);
  expect([...(await answers()), ...(await answers(other))]).toEqual([]);
});

test("an order of another shop is never bound, and the response that waits for it is not counted", async () => {
  const other = await newShop();
  await addOrder("5005", null, other);
  expect((await post(sent({ order: order("5005") }))).status).toBe(200);
  const asked = await readSurvey(shop, survey);
  if (!asked) throw new Error("the survey is there");
  expect(await readResults(shop, asked)).toMatchObject({ responses: 0, waiting: 1 });
  await addOrder("1001", null);
  expect((await post(sent())).status).toBe(200);
  expect(await readResults(shop, asked)).toMatchObject({ responses: 1, waiting: 1 });
});

test("a proved customer cannot answer for another customer's order, before the order arrives or after", async () => {
  await addCustomer("7");
  await addCustomer("8");
  await addOrder("1001", "8");
  const asha = { sub: "gid://shopify/Customer/7" };
  expect((await post(sent(), asha)).status).toBe(422);
  expect((await post(sent({ order: order("2002") }), asha)).status).toBe(200);
  await addOrder("2002", "8");
  const changes: Changes = new Map();
  await shop.db.tx((tx) => bindResponses(shop, tx, changes));
  expect([...changes.keys()]).toEqual([]);
  const asked = await readSurvey(shop, survey);
  if (!asked) throw new Error("the survey is there");
  expect(await readResults(shop, asked)).toMatchObject({ responses: 0, waiting: 1 });
  const why = [{ question: "why", values: ["Late"] }];
  expect((await post(sent({ order: order("2002"), answers: why }), asha)).status).toBe(422);
  expect(await answers()).toEqual([{ question: "score", value: "9", customer: "7" }]);
  const events = await shop.db.tx((tx) =>
    tx.rows(sql`select customer_id as customer from event where shop_id = ${shop.id}`),
  );
  expect(events).toEqual([{ customer: "7" }]);
});

test("a body that is not a submission is refused and stores nothing", async () => {
  const bad: unknown[] = [
    "",
    "null",
    "[]",
    "{",
    sent({ order: undefined }),
    sent({ order: "gid://shopify/Customer/1" }),
    sent({ order: `${order("1")}\n` }),
    sent({ order: order("1".repeat(21)) }),
    sent({ survey: "nps" }),
    sent({ survey: { $ne: null } }),
    sent({ version: "1" }),
    sent({ version: 1.5 }),
    sent({ locale: "en'; drop table answer" }),
    sent({ answers: [] }),
    sent({ answers: [{ question: "score", values: [] }] }),
    sent({ answers: [{ question: "score", values: [9] }] }),
    sent({ answers: [{ question: "__proto__ ", values: ["9"] }] }),
    sent({ answers: Array.from({ length: 21 }, () => ({ question: "score", values: ["9"] })) }),
    sent({ answers: [{ question: "why", values: ["x".repeat(5001)] }] }),
    "\ufeff{}",
  ];
  for (const body of bad) expect((await post(body)).status, JSON.stringify(body)).toBe(400);
  for (const answer of [
    { question: "constructor", values: ["9"] },
    { question: "score", values: ["11"] },
  ])
    expect((await post(sent({ answers: [answer] }))).status).toBe(422);
  expect((await post(sent({ version: 2 }))).status).toBe(422);
  expect(await answers()).toEqual([]);
});

test("both doors accept answers by POST only", async () => {
  const request = new Request(URL_OF_CHECKOUT, {
    method: "PUT",
    headers: { authorization: `Bearer ${await token()}` },
    body: JSON.stringify(sent()),
  });
  expect((await answerOf(checkout.action({ request, params: {}, context: {} }))).status).toBe(405);
  expect((await proxy.loader()).status).toBe(405);
  const put = new Request("https://app.example.com/proxy/survey", { method: "DELETE" });
  expect((await answerOf(proxy.action({ request: put, params: {}, context: {} }))).status).toBe(405);
  expect(await answers()).toEqual([]);
});

test("a body above 64 KB is refused, however it is encoded, and not stored", async () => {
  const padded = JSON.stringify(sent({ padding: "x".repeat(70_000) }));
  expect((await post(padded)).status).toBe(400);
  const just = sent({ padding: "" });
  const room = 64 * 1024 - JSON.stringify(just).length;
  expect((await post({ ...just, padding: "x".repeat(room) })).status).toBe(200);
  expect((await post({ ...just, padding: "x".repeat(room + 1) })).status).toBe(400);
  let pulled = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled += 1;
      if (pulled > 500) controller.close();
      else controller.enqueue(new Uint8Array(64 * 1024));
    },
  });
  const request = new Request(URL_OF_CHECKOUT, {
    method: "POST",
    headers: { authorization: `Bearer ${await token()}` },
    body: endless,
    duplex: "half",
  });
  expect((await answerOf(checkout.action({ request, params: {}, context: {} }))).status).toBe(400);
});

test("an unfinished survey keeps its answers, and continues when the page is opened again", async () => {
  await addCustomer("7");
  await addOrder("1001", "7");
  const search = `?locale=en&order=${encodeURIComponent(order("1001"))}&checkout=checkout-1001`;
  expect((await post(sent())).status).toBe(200);
  const open = (await (await fetchSurvey(search)).json()) as AskedSurvey;
  expect(open.answered).toBe(1);
  expect(open.questions.map(({ handle }) => handle)).toEqual(["why"]);
  expect((await post(sent({ answers: [{ question: "score", values: ["0"] }] }))).status).toBe(200);
  expect((await post(sent({ answers: [{ question: "why", values: ["Fast"] }] }))).status).toBe(200);
  expect((await fetchSurvey(search)).status).toBe(204);
  expect(await answers()).toEqual([
    { question: "score", value: "9", customer: "7" },
    { question: "why", value: "Fast", customer: "7" },
  ]);
  const events = await shop.db.tx((tx) =>
    tx.rows(sql`select data -> 'answers' ->> 0 as said from event where shop_id = ${shop.id} order by at, id`),
  );
  expect(events).toEqual([{ said: "9" }, { said: "Fast" }]);
});

test("fifty browsers with one order store one answer per question, and every browser is thanked", async () => {
  await addCustomer("7");
  await addOrder("1001", "7");
  const all = await Promise.all(
    Array.from({ length: 50 }, (_, at) => post(sent({ answers: [{ question: "score", values: [String(at % 11)] }] }))),
  );
  expect(all.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 200));
  expect(await answers()).toHaveLength(1);
});

test("characters that PostgreSQL cannot store are removed from an answer, half a surrogate pair is replaced, and the rest stays", async () => {
  await addOrder("1001", null);
  const text = "a\u0000b\ud83d c\u0007\u009b 🎉 \u202e<script>{{ shop.secret }}\nline";
  const body = JSON.stringify(sent({ answers: [{ question: "why", values: [text] }] }));
  expect(body).toContain("\\u0000");
  expect((await post(body)).status).toBe(200);
  expect((await answers())[0]?.value).toBe("ab\ufffd c 🎉 \u202e<script>{{ shop.secret }}\nline");
  const nothing = sent({ order: order("2"), answers: [{ question: "why", values: ["\u0000\u0001"] }] });
  expect((await post(nothing)).status).toBe(422);
  expect((await post(sent({ locale: "e\u0000n", order: order("3") }))).status).toBe(200);
});

test("an answer in the storefront belongs to the signed-in customer, or to an unknown visitor", async () => {
  await addCustomer("7");
  expect((await postThroughProxy(sent({ order: undefined }), { logged_in_customer_id: "7" })).status).toBe(200);
  const visit = sent({ order: undefined, visitor: VISITOR });
  expect((await postThroughProxy(visit)).status).toBe(200);
  expect((await postThroughProxy(visit)).status).toBe(200);
  expect((await postThroughProxy(sent({ order: undefined }))).status).toBe(422);
  expect((await answers()).map(({ customer }) => customer).sort()).toEqual(["7", null]);
  // A name that the client sends makes nobody another customer, and an order that is claimed here proves nothing.
  const claimed = sent({ visitor: VISITOR, order: order("1001") });
  expect((await postThroughProxy(claimed, { logged_in_customer_id: "7" })).status).toBe(200);
  expect(await answers()).toHaveLength(2);
});

test("a storefront request without a valid, recent signature of Shopify stores nothing", async () => {
  const visit = sent({ order: undefined, visitor: VISITOR });
  const old = String(Math.floor(Date.now() / 1000) - 120);
  const status = async (...rest: [Record<string, string>?, string?]) => (await postThroughProxy(visit, ...rest)).status;
  expect(await status({ timestamp: old })).toBe(401);
  expect(await status({}, "&logged_in_customer_id=7")).toBe(400);
  expect(await status({}, "&extra=1")).toBe(401);
  expect(await status({ shop: "nobody.myshopify.com" })).toBe(404);
  const unsigned = new Request(`https://app.example.com/proxy/survey?shop=${shop.domain}`, { method: "POST" });
  expect((await answerOf(proxy.action({ request: unsigned, params: {}, context: {} }))).status).toBe(400);
  expect(await answers()).toEqual([]);
});
