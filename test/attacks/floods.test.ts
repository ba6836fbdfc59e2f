// Requests that cost their sender little and the app much. The app refuses them before parsing, and keeps answering other
// requests.
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkoutSessionToken, sessionToken } from "../dev-store/auth/session-token.ts";
import type { ShopState } from "../dev-store/model.ts";
import { addShop } from "../dev-store/store.ts";
import { askRaw, type RawRequest } from "../setup/raw-request.ts";
import { startStack, urlsOfTest, type Stack } from "../setup/stack.ts";

const FORM = "application/x-www-form-urlencoded";
const PARTS = "multipart/form-data; boundary=x";
/** Doors that read a body, and some that do not. */
const DOORS = [
  "/app/segments/new",
  "/app/segments/new.data",
  "/app/offers/new",
  "/app/surveys/preview",
  "/app/settings",
  "/app/sync",
  "/app/plugins/loyalty",
  "/checkout/survey",
  "/proxy/survey",
  "/",
  "/auth/session-token",
  "/nothing",
];
/**
 * In seconds. On a quiet machine none of these requests blocks the process for longer than 0.1 seconds. The limit leaves room for
 * a busy machine, and is far shorter than parsing would take.
 */
const LONGEST_PAUSE = 1.5;

let stack: Stack;
let shop: ShopState;

beforeAll(async () => {
  stack = await startStack({ urls: urlsOfTest(), processes: "web" });
  shop = addShop(stack.store, "flooded.myshopify.com");
  await stack.install(shop);
  await longestPause();
});
afterAll(() => stack?.stop());

const raw = (path: string, request: RawRequest = {}) => askRaw(stack.appUrl, path, request);
const bearer = () => `Bearer ${sessionToken(stack.store, shop)}`;
const buyer = () => `Bearer ${checkoutSessionToken(stack.store, shop, {})}`;
const post = (path: string, type: string, body: string, headers: Record<string, string> = {}) =>
  raw(path, { method: "POST", headers: { "content-type": type, ...headers }, body });

/** The longest pause since the last call. */
async function longestPause(): Promise<number> {
  const { body } = await raw("/metrics");
  return Number(/^regulars_longest_pause_seconds (\S+)$/m.exec(body)?.[1]);
}

const part = (size: number) => `--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n${"x".repeat(size)}\r\n`;

// The requests have no token and no signature: a door that parses first would answer differently.
test("every door answers 413 with a sentence to a body with too many fields or bytes, before it authenticates the sender", async () => {
  const bodies: [string, string, string][] = [
    ["1 MB of fields", FORM, "&a".repeat(500_000)],
    ["5 MB of fields", FORM, "&a".repeat(2_500_000)],
    ["few bytes of fields", FORM, "&a".repeat(200)],
    ["fields of one byte each", FORM, "&".repeat(1000)],
    ["one large field", FORM, `&a=${"x".repeat(500_000)}`],
    ["many parts", PARTS, `${part(1).repeat(201)}--x--\r\n`],
    ["a large part", PARTS, `${part(500_000)}--x--\r\n`],
    ["deep JSON", "application/json", "[".repeat(600_000)],
    ["bytes of no type", "", "x".repeat(600_000)],
  ];
  for (const path of DOORS) {
    for (const [name, type, body] of bodies) {
      const answer = await post(path, type, body);
      expect([answer.status, answer.body], `${name} to ${path}`).toEqual([
        413,
        expect.stringMatching(/(?:KB|fields) that are read here/),
      ]);
    }
  }
  expect(await longestPause()).toBeLessThan(LONGEST_PAUSE);
});

test("a field of 200 MB is refused while it arrives, with or without a Content-Length", async () => {
  const body = Buffer.alloc(200_000_000, "x");
  expect((await raw("/app/segments/new", { method: "POST", headers: { "content-type": FORM }, body })).status).toBe(
    413,
  );
  const chunked = { "content-type": FORM, "transfer-encoding": "chunked" };
  expect((await raw("/app/segments/new", { method: "POST", headers: chunked, body })).status).toBe(413);
  expect((await raw("/webhooks", { method: "POST", headers: { "x-shopify-hmac-sha256": "x" }, body })).status).toBe(
    413,
  );
  expect((await raw("/healthz")).status).toBe(200);
  expect(await longestPause()).toBeLessThan(LONGEST_PAUSE);
});

test("a URL or headers beyond the limits are refused before a route is looked up", async () => {
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`x-${at}`, "1"]));
  expect((await raw(`/app/segments?${"&a".repeat(7000)}`)).status).toBe(414);
  expect((await raw(`/app${"/a".repeat(7000)}`)).status).toBe(414);
  expect((await raw(`/${"a/".repeat(7000)}`)).status).toBe(414);
  expect((await raw(`/webhooks?${"&a".repeat(7000)}`, { method: "POST" })).status).toBe(414);
  expect((await raw("/app", { headers: many(500) })).status).toBe(431);
  expect((await raw("/app", { headers: many(5000) })).status).toBe(431);
  // The server answers before it has read the whole URL.
  expect([0, 431]).toContain((await raw(`/app?a=${"x".repeat(1_000_000)}`)).status);
  expect((await raw(`/__manifest?p=${"/a".repeat(3500)}`)).status).toBe(404);
  expect(await longestPause()).toBeLessThan(LONGEST_PAUSE);
});

test("the largest allowed requests of a merchant and a shopper delay other requests by no noticeable time", async () => {
  const nested = encodeURIComponent(`${"[".repeat(70_000)}${"]".repeat(70_000)}`);
  const sent = [
    post("/app/segments/new", FORM, `&a=${"%41".repeat(400)}`.repeat(199), { authorization: bearer() }),
    post("/app/segments/new", PARTS, `${part(1000).repeat(199)}--x--\r\n`, { authorization: bearer() }),
    post("/app/surveys/preview", FORM, `draft=${nested}`, { authorization: bearer() }),
    post("/app/surveys/preview", PARTS, `--x\r\n${"a: b\r\n".repeat(50_000)}`, { authorization: bearer() }),
    post("/checkout/survey", "application/json", "[".repeat(250_000), { authorization: buyer() }),
    raw(`/app/customers/${"a".repeat(15_000)}`, { headers: { authorization: bearer() } }),
    raw("/app", { headers: { authorization: bearer(), "user-agent": "(".repeat(14_000) } }),
  ];
  for (const answer of await Promise.all(sent)) expect(answer.status).not.toBe(413);
  expect(await longestPause()).toBeLessThan(LONGEST_PAUSE);
});
