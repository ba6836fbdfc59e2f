// Whatever anyone sends to whichever URL, the app answers the sender's mistakes with 4xx and never with 500, and logs nothing of
// them.
import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkoutSessionToken, sessionToken } from "../dev-store/auth/session-token.ts";
import type { ShopState } from "../dev-store/model.ts";
import { addShop } from "../dev-store/store.ts";
import { signedProxyQuery } from "../setup/dev-shop.ts";
import { askRaw, type RawRequest } from "../setup/raw-request.ts";
import { PROJECT, startStack, urlsOfTest, type Stack } from "../setup/stack.ts";

const SHOP = "odd.myshopify.com";
const CANARY = "Zephyrine";
/** Names that every object inherits, and other names that are no key of ours. */
const NAMES = [
  "constructor",
  "__proto__",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "",
  "%00",
  "%ff",
  "-1",
  "9".repeat(30),
  CANARY,
];
const PARAMETERS =
  "kind template segment query attribute parameter search q sort page state version before locale order archived deleted _data _routes index shop host embedded id_token".split(
    " ",
  );

let stack: Stack;
let shop: ShopState;

beforeAll(async () => {
  stack = await startStack({ urls: urlsOfTest(), processes: "web", env: { LOG_LEVEL: "trace" } });
  shop = addShop(stack.store, SHOP);
  await stack.install(shop);
});
afterAll(() => stack?.stop());

/** From the route files, so that a new route is covered by itself. */
function addresses(): string[] {
  const files = fs.readdirSync(path.join(PROJECT, "app/routes"));
  const paths = files.map((file) => {
    const parts = file
      .replace(/\.tsx?$/, "")
      .split(".")
      .filter((part) => !part.startsWith("_"));
    return `/${parts.map((part) => (part === "$" ? "nothing" : part.replace(/^\$.*/, "1"))).join("/")}`;
  });
  const made = [
    "/app/offers/new",
    "/app/segments/new",
    "/app/surveys/new",
    "/app/plugins/loyalty",
    "/auth/exit-iframe",
    "/auth/session-token",
    "/webhooks",
    "/nowhere",
    "/assets/none.js",
    "/favicon.ico",
    "/__manifest",
  ];
  return [...new Set([...paths, ...made])];
}

function headersFor(at: string): Record<string, string> {
  if (at.startsWith("/checkout")) return { authorization: `Bearer ${checkoutSessionToken(stack.store, shop, {})}` };
  return at.startsWith("/app") ? { authorization: `Bearer ${sessionToken(stack.store, shop)}` } : {};
}

/** Signs URLs of the app proxy, so that the code behind the signature is reached. */
function withSignature(at: string): string {
  if (!at.startsWith("/proxy")) return at;
  const [path_, own = ""] = at.split("?");
  const query = signedProxyQuery(
    {
      shop: SHOP,
      logged_in_customer_id: "",
      path_prefix: "/apps/regulars",
      timestamp: String(Math.floor(Date.now() / 1000)),
    },
    stack.store.config.apiSecret,
  );
  return `${path_}?${query}&${own}`;
}

const faults: string[] = [];
async function ask(at: string, request: RawRequest = {}, headers = headersFor(at)): Promise<number> {
  const answer = await askRaw(stack.appUrl, withSignature(at), {
    ...request,
    headers: { ...headers, ...request.headers },
  });
  const { status } = answer;
  // /readyz and a closing door answer 503 on purpose.
  if (status === 0 || status === 500 || status > 503)
    faults.push(
      `${request.method ?? "GET"} ${at} ${JSON.stringify(request.headers ?? {})} ${String(request.body ?? "").slice(0, 60)}: ${status}`,
    );
  return status;
}

/** In groups, so that a busy machine is not overloaded. */
async function askAll(asks: (() => Promise<unknown>)[]): Promise<void> {
  for (let at = 0; at < asks.length; at += 20) await Promise.all(asks.slice(at, at + 20).map((one) => one()));
  expect(faults.splice(0)).toEqual([]);
}

test("parameters named like inherited properties, and empty parameters, never cause a 500", async () => {
  await askAll(
    addresses().flatMap((at) =>
      NAMES.map((value) => () => ask(`${at}?${PARAMETERS.map((name) => `${name}=${value}`).join("&")}`)),
    ),
  );
  const pages = addresses().filter((at) => at.startsWith("/app"));
  await askAll(
    pages.flatMap((at) =>
      PARAMETERS.flatMap((name) => [
        () => ask(`${at}?${name}=constructor`),
        () => ask(`${at}?${name}=constructor&${name}=`),
      ]),
    ),
  );
});

test("unusual path segments, with and without a session, never cause a 500", async () => {
  const parts = [
    "constructor",
    "__proto__",
    "toString",
    "%F0%9F%98%80",
    "0".repeat(200),
    "new.data",
    "1.data",
    "_root.data",
  ];
  const roots = [
    "",
    "/app",
    "/app/customers",
    "/app/offers",
    "/app/segments",
    "/app/surveys",
    "/app/plugins",
    "/auth",
    "/proxy",
    "/checkout",
  ];
  await askAll(
    roots.flatMap((root) =>
      parts.flatMap((part) => [
        () => ask(`${root}/${part}`),
        () => ask(`${root}/${part}`, {}, {}),
        () => ask(`${root}/${part}/results`),
        () => ask(`${root}/${part}`, { method: "POST", headers: { "content-type": FORM }, body: "intent=save" }),
      ]),
    ),
  );
});

const FORM = "application/x-www-form-urlencoded";
const BODIES: [string, string | Buffer][] = [
  [FORM, ""],
  [FORM, "%"],
  [FORM, "%ff=%fe&a"],
  [FORM, "intent=constructor&kind=constructor&draft=%7B%7D&seq=constructor&told=%5B%5D"],
  [
    FORM,
    "intent=save&draft=null&kind=__proto__&words.constructor.title=a&words.valueOf.text=b&settings.constructor=c&settings.__proto__=d",
  ],
  [
    FORM,
    `intent=save&draft=${encodeURIComponent('{"__proto__":{"a":1},"name":"x","questions":[{"kind":"constructor"}],"words":{"constructor":{}}}')}`,
  ],
  [
    FORM,
    "intent=save&kind=percentage&name=Zephyrine&starts=9999-99-99T99:99&ends=0000-00-00&placement=constructor&settings.percent=1e400",
  ],
  [FORM, "intent=save&name=Zephyrine&query=customer_tags+CONTAINS"],
  [FORM, "intent=publish"],
  [FORM, "intent=delete&version=constructor"],
  ["application/json", "{}"],
  ["application/json", "["],
  ["application/json", '{"survey":"constructor","version":1e999,"answers":[{"question":"__proto__","values":["x"]}]}'],
  ["text/plain", CANARY],
  ["", "x"],
  ["multipart/form-data", "x"],
  ["multipart/form-data; boundary=x", "--x"],
  [
    "multipart/form-data; boundary=x",
    '--x\r\nContent-Disposition: form-data; name="intent"; filename="a"\r\n\r\nsave\r\n--x--\r\n',
  ],
  ["multipart/form-data; boundary=x", '--x\r\nContent-Disposition: form-data; name="seq"\r\n\r\n'],
  [`multipart/form-data; boundary=${"y".repeat(300)}`, "--y--"],
  ["application/x-www-form-urlencoded; charset=utf-16", Buffer.from("intent=save", "utf16le")],
  ["application/octet-stream", Buffer.from([0, 255, 254, 1])],
];

test("malformed bodies, wrong content types and unusual field names never cause a 500", async () => {
  const statuses = new Set<number>();
  await askAll(
    addresses().flatMap((at) =>
      BODIES.map(([type, body]) => async () => {
        const headers = type === "" ? {} : { "content-type": type };
        statuses.add(await ask(at, { method: "POST", headers, body }));
        statuses.add(await ask(`${at}.data`, { method: "POST", headers, body }));
      }),
    ),
  );
  for (const status of [400, 405, 415]) expect(statuses).toContain(status);
});

test("every method at every URL is answered, and only known methods are accepted", async () => {
  await askAll(
    addresses().flatMap((at) =>
      ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "PURGE"].map((method) => async () => {
        const status = await ask(at, { method });
        if (!["HEAD", "OPTIONS"].includes(method)) expect([status, at]).toEqual([405, at]);
      }),
    ),
  );
});

test("a form from another site is refused with 4xx, also with unusual headers", async () => {
  const origins = [
    "https://evil.example.com",
    "null",
    "constructor",
    "https://",
    "http://[",
    new URL(stack.appUrl).origin,
  ];
  await askAll(
    addresses().flatMap((at) =>
      origins.map((origin) => async () => {
        const body = "intent=save";
        const status = await ask(at, {
          method: "POST",
          headers: { origin, "content-type": FORM, "x-forwarded-host": "evil.example.com" },
          body,
        });
        if (at.startsWith("/app")) expect([at, origin, status]).toEqual([at, origin, 403]);
      }),
    ),
  );
  const odd: Record<string, string>[] = [
    { "accept-language": "constructor" },
    { "accept-language": "aa-aaaa-aaaa-aaaa" },
    { "accept-language": `en${"-aaaaaaaa".repeat(500)}` },
    { "accept-language": "en-u-ca-constructor, *;q=0" },
    { authorization: "Bearer constructor" },
    { authorization: "Basic Og==" },
    { accept: "text/constructor", host: "constructor" },
    { "x-forwarded-host": "http://[", "x-forwarded-proto": "constructor" },
    { "content-type": "constructor" },
    { cookie: "__proto__=1; constructor=2" },
    { "x-shopify-bounce": "1", "x-requested-with": "XMLHttpRequest" },
    { "if-none-match": "constructor", range: "bytes=9-1" },
  ];
  await askAll(addresses().flatMap((at) => odd.map((headers) => () => ask(at, { headers }))));
  await askAll(
    ["aa-aaaa-aaaa-aaaa", "en-x", "constructor", "de-", "zh-Hant-TW"].map(
      (locale) => () => ask(`/app?locale=${locale}`),
    ),
  );
});

test("no part of a URL without a route is logged", async () => {
  await ask(`/${CANARY}/${CANARY}@example.com?q=${CANARY}`);
  await ask(`/app/${CANARY}?q=${CANARY}`);
  await ask(`/app/customers/${CANARY}.data?_data=${CANARY}`);
  await ask(`/${CANARY}`, {
    method: "POST",
    headers: { "content-type": FORM, origin: `https://${CANARY}.example` },
    body: CANARY,
  });
  expect(stack.web.log()).not.toContain(CANARY);
  expect(stack.web.log().toLowerCase()).not.toContain(CANARY.toLowerCase());
});
