// Forged session tokens of merchants and shoppers, and pages with a forged framing policy.
import { createHmac, generateKeyPairSync, sign as signWith } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { setDocumentHeaders } from "../../app/shopify/frame.server.ts";
import { answerAuth, merchant } from "../../app/shopify.server.ts";
import { checkoutShopper } from "../../app/shopify/shopper.server.ts";
import { mayScrape } from "../../app/metrics.server.ts";
import { APP_URL, BROWSER, startDevShop, type DevShop } from "../setup/dev-shop.ts";

let dev: DevShop;
beforeAll(async () => {
  dev = await startDevShop("tea.myshopify.com");
  await merchant(dev.document());
});
afterAll(() => dev.close());

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const hs = (hash: string, text: string, secret: string) => createHmac(hash, secret).update(text).digest("base64url");
const now = () => Math.floor(Date.now() / 1000);

type Claims = Record<string, unknown>;
const merchantClaims = (): Claims => ({
  iss: "https://tea.myshopify.com/admin",
  dest: "https://tea.myshopify.com",
  aud: "test-client-id",
  sub: "1",
  exp: now() + 60,
  nbf: now() - 1,
  iat: now() - 1,
  jti: "1",
  sid: "1",
});
const checkoutClaims = (): Claims => ({
  dest: "tea.myshopify.com",
  aud: "test-client-id",
  sub: "gid://shopify/Customer/555",
  exp: now() + 300,
  nbf: now() - 1,
  iat: now() - 1,
  jti: "1",
});

function token(claims: Claims, header: Claims = { alg: "HS256", typ: "JWT" }, secret = "test-client-secret"): string {
  const body = `${part(header)}.${part(claims)}`;
  return `${body}.${hs("sha256", body, secret)}`;
}

/** Every kind of invalid token, made from valid claims. */
function forgeries(claims: () => Claims): Record<string, string> {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const with_ = (more: Claims) => token({ ...claims(), ...more });
  const without = (name: string) => token(Object.fromEntries(Object.entries(claims()).filter(([key]) => key !== name)));
  const body = (header: Claims) => `${part(header)}.${part(claims())}`;
  const rs = body({ alg: "RS256", typ: "JWT" });
  const good = token(claims());
  return {
    "no signature": `${body({ alg: "none", typ: "JWT" })}.`,
    "no algorithm, signed": token(claims(), { typ: "JWT" }),
    "alg none, signed": token(claims(), { alg: "none" }),
    "alg None": token(claims(), { alg: "None" }),
    "RS256 with a key of one's own": `${rs}.${signWith("sha256", Buffer.from(rs), privateKey).toString("base64url")}`,
    "RS256 signed as HS256": token(claims(), { alg: "RS256" }),
    HS384: `${body({ alg: "HS384" })}.${hs("sha384", body({ alg: "HS384" }), "test-client-secret")}`,
    HS512: `${body({ alg: "HS512" })}.${hs("sha512", body({ alg: "HS512" }), "test-client-secret")}`,
    "another secret": token(claims(), undefined, "other-secret"),
    "an empty secret": token(claims(), undefined, " "),
    "a cut signature": good.slice(0, -5),
    "a changed claim": good.replace(part(claims()), part({ ...claims(), sub: "gid://shopify/Customer/777" })),
    expired: with_({ exp: now() - 60 }),
    "without an end": without("exp"),
    "an end that is text": with_({ exp: "tomorrow" }),
    "not yet": with_({ nbf: now() + 600 }),
    "another app": with_({ aud: "other-client-id" }),
    "no audience": without("aud"),
    "the audience as a prefix": with_({ aud: "test-client-id-2" }),
    "no destination": without("dest"),
    "a foreign destination": with_({ dest: "https://evil.example.com" }),
    "a destination that ends like a shop": with_({ dest: "https://evil.com/.myshopify.com" }),
    "a destination with a user": with_({ dest: "https://tea.myshopify.com@evil.com" }),
    "crit header": token(claims(), { alg: "HS256", crit: ["x"], x: 1 }),
    "three empty parts": "..",
    text: "not-a-token",
  };
}

const ofMerchant = (forged: string) =>
  merchant(dev.data("/app", { token: forged })).then(
    ({ shop }) => shop.id,
    (answer: unknown) => (answer instanceof Response ? answer.status : answer),
  );
const ofShopper = (forged: string) => {
  const headers = { authorization: `Bearer ${forged}` };
  return checkoutShopper(new Request(`${APP_URL}/checkout/survey`, { headers })).then(
    ({ shop }) => shop.id,
    (answer: unknown) => (answer instanceof Response ? answer.status : answer),
  );
};

test("tokens that the store issues are accepted", async () => {
  expect(await ofMerchant(dev.merchantToken())).toBe("tea.myshopify.com");
  expect(await ofMerchant(token(merchantClaims()))).toBe("tea.myshopify.com");
  expect(await ofShopper(dev.checkoutToken())).toBe("tea.myshopify.com");
  expect(await ofShopper(token(checkoutClaims()))).toBe("tea.myshopify.com");
});

test("a forged merchant's token is answered 401", async () => {
  for (const [name, forged] of Object.entries(forgeries(merchantClaims))) {
    expect(await ofMerchant(forged), name).toBe(401);
  }
});

test("a forged shopper's token is answered 401", async () => {
  for (const [name, forged] of Object.entries(forgeries(checkoutClaims))) {
    expect(await ofShopper(forged), name).toBe(401);
  }
});

test("a merchant's token must name one shop in all its claims", async () => {
  for (const claims of [
    { dest: "https://coffee.myshopify.com" },
    { iss: "https://coffee.myshopify.com/admin" },
    { iss: "https://tea.myshopify.com" },
    { iss: undefined },
  ]) {
    expect(await ofMerchant(token({ ...merchantClaims(), ...claims })), JSON.stringify(claims)).toBe(401);
  }
});

test("a shopper's checkout token opens no merchant's page, and a merchant's token opens no shopper's door", async () => {
  expect(await ofMerchant(dev.checkoutToken("555"))).toBe(401);
  expect(await ofMerchant(token({ ...checkoutClaims(), dest: "https://tea.myshopify.com" }))).toBe(401);
  expect(await ofShopper(dev.merchantToken())).toBe(401);
});

test("a checkout token says which customer is signed in, or that none is", async () => {
  const headers = (customerId?: string) => ({ authorization: `Bearer ${dev.checkoutToken(customerId)}` });
  const ask = (customerId?: string) => checkoutShopper(new Request(APP_URL, { headers: headers(customerId) }));
  expect((await ask("555")).customerId).toBe("555");
  expect((await ask()).customerId).toBeNull();
});

test("a token of a shop that is not installed is refused", async () => {
  expect(await ofShopper(token({ ...checkoutClaims(), dest: "coffee.myshopify.com" }))).toBe(404);
});

test("an extension's worker, which has no origin, can send a preflight and read every answer", async () => {
  const ask = (init: RequestInit) =>
    checkoutShopper(new Request(`${APP_URL}/checkout/survey`, init)).then(
      ({ cors }) => cors(Response.json({ ok: true })),
      (answer: Response) => answer,
    );
  const preflight = await ask({ method: "OPTIONS" });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get("access-control-allow-headers")).toContain("Authorization");
  const refused = await ask({ method: "POST" });
  expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([401, "*"]);
  const good = await ask({ headers: { authorization: `Bearer ${dev.checkoutToken()}` } });
  expect([good.status, good.headers.get("access-control-allow-origin")]).toEqual([200, "*"]);
});

test("a document without a valid token is redirected to get one, and never sets a cookie", async () => {
  for (const forged of ["", "not-a-token", token({ ...merchantClaims(), exp: now() - 60 })]) {
    const answer = await merchant(dev.document("/app", { token: forged })).catch((thrown: unknown) => thrown);
    expect(answer).toBeInstanceOf(Response);
    const { status, headers } = answer as Response;
    expect(status).toBe(302);
    expect(headers.get("location")).toContain("/auth/session-token");
    expect(headers.get("set-cookie")).toBeNull();
  }
});

const policyOf = (at: string) => {
  const headers = new Headers();
  setDocumentHeaders(new Request(`${APP_URL}${at}`), headers);
  return headers.get("content-security-policy");
};

test("the shop's own admin may frame a page, and nobody may frame a page without a shop", () => {
  const tea = "frame-ancestors https://tea.myshopify.com https://admin.shopify.com;";
  expect(policyOf("/app?shop=tea.myshopify.com")).toBe(tea);
  expect(policyOf("/app")).toBe("frame-ancestors 'none';");
  expect(policyOf(`/app?id_token=${token(merchantClaims())}`)).toBe(tea);
  // The token decides: the shop in the URL may not frame the page.
  expect(policyOf(`/app?shop=coffee.myshopify.com&id_token=${token(merchantClaims())}`)).toBe(tea);
});

test("no shop parameter in a URL adds anything else to the framing policy", () => {
  for (const hostile of [
    "tea.myshopify.com; script-src *",
    "* https://evil.com",
    "evil.com",
    "tea.myshopify.com.evil.com",
    "https://tea.myshopify.com",
    "tea.myshopify.com\r\nSet-Cookie: a=b",
    "*.myshopify.com",
    "",
  ]) {
    expect(policyOf(`/app?shop=${encodeURIComponent(hostile)}`), hostile).toBe("frame-ancestors 'none';");
  }
});

test("only its shop's admin may frame the page that fetches a new session token, whatever the URL says", async () => {
  const ask = async (shop: string) => {
    const query = new URLSearchParams({ shop, "shopify-reload": `${APP_URL}/app` });
    const request = new Request(`${APP_URL}/auth/session-token?${query}`, { headers: { "user-agent": BROWSER } });
    const answer = await answerAuth(request);
    expect(await answer.text()).toContain("app-bridge.js");
    return answer.headers.get("content-security-policy");
  };
  expect(await ask("tea.myshopify.com")).toContain("https://tea.myshopify.com https://admin.shopify.com");
  expect(await ask("* https://evil.com")).toBe("frame-ancestors 'none';");
});

test("metrics are readable from this machine, or with the token", () => {
  const request = (headers: HeadersInit = {}) => new Headers(headers);
  expect(mayScrape(request(), "127.0.0.1")).toBe(true);
  expect(mayScrape(request(), "::1")).toBe(true);
  expect(mayScrape(request(), "203.0.113.5")).toBe(false);
  expect(mayScrape(request({ "x-forwarded-for": "203.0.113.5" }), "127.0.0.1")).toBe(false);
  expect(mayScrape(request(), undefined)).toBe(false);
  expect(mayScrape(request({ authorization: "Bearer guess" }), "203.0.113.5")).toBe(false);
});
