import { spawn } from "node:child_process";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { connectionOf, accessToken, ReconnectNeeded } from "../../../app/shopify/tokens.server.ts";
import { installShop, markUninstalled } from "../../../app/shopify/installation.server.ts";
import { merchant } from "../../../app/shopify.server.ts";
import { openShop } from "../../../app/shop.server.ts";
import { installApp, uninstallApp } from "../../dev-store/commands/app.ts";
import { startDevShop, type DevShop } from "../../setup/dev-shop.ts";

let dev: DevShop;
let owner: pg.Pool;

beforeAll(async () => {
  dev = await startDevShop("tea.myshopify.com", { name: "Tea & Co", timeZone: "Asia/Kolkata", currency: "INR" });
  owner = new pg.Pool({ connectionString: process.env["DATABASE_URL"] });
});
afterAll(async () => {
  await owner.end();
  await dev.close();
});

const all = async (text: string, values: unknown[] = []) => (await owner.query(text, values)).rows;
const sessionRow = async () => (await all("select * from session where shop_id = $1", [dev.shop.domain]))[0];
const expireIn = (seconds: number) => all(`update session set expires = now() + make_interval(secs => $1)`, [seconds]);
const jobs = () => all("select name, state from pgboss.job where data->>'shop' = $1 order by name", [dev.shop.domain]);
/** The jobs that an installation queues: the comparison of discounts, the web pixel, and the reading of the history. */
const LEFT_BY_INSTALLATION = ["offers.look", "pixel.look", "sync.backfill"].map((name) => ({ name, state: "created" }));

beforeEach(async () => {
  await all("delete from session");
  await all("delete from shop");
  await all("delete from shop_profile");
  await all("delete from pgboss.job");
  installApp(dev.store, dev.shop);
  Object.assign(dev.tokens, { exchanges: 0, refreshes: 0, answer: null });
});

test("the merchant's first request installs the shop: profile, access, and the reading of the history", async () => {
  const { shop, admin, locale } = await merchant(dev.document("/app", { search: { locale: "pa" } }));

  expect(shop).toMatchObject({ id: "tea.myshopify.com", timeZone: "Asia/Kolkata", currency: "INR" });
  expect(locale).toBe("pa");
  const { shop: said } = await admin.request<{ shop: { name: string } }>("query Name { shop { name } }");
  expect(said.name).toBe("Tea & Co");
  const [profile] = await all("select * from shop_profile");
  expect(profile).toMatchObject({ name: "Tea & Co", locale: "pa" });
  expect(profile.scopes).toContain("read_orders");
  expect(await jobs()).toEqual(LEFT_BY_INSTALLATION);
});

test("a time zone that PostgreSQL or the pages cannot use is not stored: a new shop has UTC, and a shop that is back keeps its zone", async () => {
  dev.shop.timeZone = "Mars/Phobos";
  expect((await merchant(dev.document())).shop.timeZone).toBe("UTC");
  dev.shop.timeZone = "Asia/Kolkata";
  await all("update shop set uninstalled_at = now(), time_zone = 'Europe/Paris'");
  expect((await installShop(dev.shop.domain, { idToken: dev.merchantToken() })).timeZone).toBe("Asia/Kolkata");
  dev.shop.timeZone = "asia/kolkata";
  await all("update shop set uninstalled_at = now()");
  expect((await installShop(dev.shop.domain, { idToken: dev.merchantToken() })).timeZone).toBe("Asia/Kolkata");
  dev.shop.timeZone = "Asia/Kolkata";
});

test.each([
  ["pt_BR", "pt-BR"],
  ["en--", "en"],
  ["", "en"],
  ["a language", "en"],
])(
  "a page that asks for no language has one that dates can be written in, where the shop's is %s",
  async (told, spoken) => {
    await merchant(dev.document());
    await all("update shop_profile set locale = $1", [told]);
    expect((await merchant(dev.document())).locale).toBe(spoken);
  },
);

test("both tokens of a pair are stored together, and encrypted in the database", async () => {
  await merchant(dev.document());
  const row = await sessionRow();
  const grant = dev.shop.tokens?.at(-1);
  expect(grant?.accessToken).toMatch(/^shpat_/);
  expect(await accessToken(dev.shop.domain)).toBe(grant?.accessToken);
  expect(JSON.stringify(row)).not.toContain(grant?.accessToken);
  expect(JSON.stringify(row)).not.toContain(grant?.refreshToken);
  expect(row.access_token).toMatch(/^v1\./);
  expect(row.refresh_token).toMatch(/^v1\./);
  expect(row.refresh_token_expires.getTime() - Date.now()).toBeGreaterThan(89 * 86_400_000);
});

test("ten first requests at the same time make one exchange, one installation and one job", async () => {
  const visits = Array.from({ length: 10 }, (_, at) => merchant(at % 2 ? dev.document() : dev.data()));
  const shops = await Promise.all(visits);
  expect(new Set(shops.map(({ shop }) => shop.id)).size).toBe(1);
  expect(dev.tokens).toMatchObject({ exchanges: 1, refreshes: 0 });
  expect(await jobs()).toEqual(LEFT_BY_INSTALLATION);
});

test("an expired token is refreshed once for ten parallel requests of pages and jobs", async () => {
  await merchant(dev.document());
  await expireIn(-10);
  const results = await Promise.all([
    ...Array.from({ length: 5 }, () => merchant(dev.data())),
    ...Array.from({ length: 5 }, () => accessToken(dev.shop.domain)),
  ]);
  expect(results).toHaveLength(10);
  expect(dev.tokens).toMatchObject({ exchanges: 1, refreshes: 1 });
});

/** A process that asks for the shop's token, or installs the shop. */
function child(...parameters: string[]): Promise<string> {
  const preload = path.resolve(import.meta.dirname, "../../dev-store/preload.ts");
  const script = path.resolve(import.meta.dirname, "install-process.ts");
  const started = spawn(process.execPath, ["--import", preload, script, dev.shop.domain, ...parameters], {
    env: { ...process.env, DEV_STORE_URL: dev.running.url },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  started.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  return new Promise((resolve) => started.on("close", () => resolve(said.trim())));
}

test("three processes with ten calls each refresh an expired token once", async () => {
  await merchant(dev.document());
  await expireIn(-10);
  const said = await Promise.all([child(), child(), child()]);
  expect(new Set(said)).toEqual(new Set([await accessToken(dev.shop.domain)]));
  expect(dev.tokens).toMatchObject({ exchanges: 1, refreshes: 1 });
});

test("three processes that first see the shop at the same time exchange once", async () => {
  const tokens = [dev.merchantToken(), dev.merchantToken(), dev.merchantToken()];
  const said = await Promise.all(tokens.map((token) => child(token)));
  expect(new Set(said)).toEqual(new Set([await accessToken(dev.shop.domain)]));
  expect(dev.tokens).toMatchObject({ exchanges: 1, refreshes: 0 });
  expect(await jobs()).toEqual(LEFT_BY_INSTALLATION);
});

test("a process that dies between refreshing and storing loses nothing: the previous pair is still valid", async () => {
  await merchant(dev.document());
  await expireIn(-10);
  const before = dev.shop.tokens?.at(-1)?.refreshToken;
  await fetch(`https://${dev.shop.domain}/admin/oauth/access_token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      client_id: "test-client-id",
      client_secret: "test-client-secret",
      grant_type: "refresh_token",
      refresh_token: before,
    }),
  });
  expect(await accessToken(dev.shop.domain)).toMatch(/^shpat_/);
  expect(await connectionOf(dev.shop.domain)).toBe("connected");
});

test("R22: after an answer without expires_in, the token is still refreshed", async () => {
  await merchant(dev.document());
  await expireIn(-10);
  dev.tokens.answer = (_kind, truth) => {
    const { expires_in: _, ...rest } = JSON.parse(String(truth.body)) as Record<string, unknown>;
    return { ...truth, body: JSON.stringify(rest) };
  };
  await accessToken(dev.shop.domain);
  const row = await sessionRow();
  expect(row.expires.getTime() - Date.now()).toBeLessThanOrEqual(3_600_000);
  await expireIn(-10);
  await accessToken(dev.shop.domain);
  expect(dev.tokens.refreshes).toBe(2);
});

test("a refused refresh shows as `reconnect` and is not repeated; a request from the admin repairs it", async () => {
  await merchant(dev.document());
  await expireIn(-10);
  dev.shop.tokens = [];
  await expect(accessToken(dev.shop.domain)).rejects.toThrow(ReconnectNeeded);
  await expect(accessToken(dev.shop.domain)).rejects.toThrow(ReconnectNeeded);
  expect(dev.tokens.refreshes).toBe(1);
  expect(await connectionOf(dev.shop.domain)).toBe("reconnect");

  await merchant(dev.data());
  expect(await connectionOf(dev.shop.domain)).toBe("connected");
  expect(await accessToken(dev.shop.domain)).toMatch(/^shpat_/);
});

test("a token endpoint that is down for a moment loses no tokens", async () => {
  await merchant(dev.document());
  await expireIn(120);
  dev.tokens.answer = () => ({ status: 503, headers: {}, body: "busy" });
  expect(await accessToken(dev.shop.domain)).toMatch(/^shpat_/);
  await expireIn(-10);
  await expect(accessToken(dev.shop.domain)).rejects.toThrow(/did not answer/);
  dev.tokens.answer = null;
  expect(await accessToken(dev.shop.domain)).toMatch(/^shpat_/);
  expect(dev.tokens.exchanges).toBe(1);
});

test("an access token that the store refuses before its expiry is renewed without an error", async () => {
  const { admin } = await merchant(dev.document());
  for (const grant of dev.shop.tokens ?? []) grant.expiresAt = "2000-01-01T00:00:00.000Z";
  await admin.request("query Name { shop { name } }");
  expect(dev.tokens).toMatchObject({ exchanges: 1, refreshes: 1 });
});

test("an uninstall deletes tokens and jobs and keeps data; a new installation uses the data again", async () => {
  await merchant(dev.document());
  await all("update shop_profile set settings = '{\"kept\":true}'");
  uninstallApp(dev.store, dev.shop);
  expect(await markUninstalled(dev.shop.domain, new Date())).toBe(true);
  expect(await openShop(dev.shop.domain)).toBeNull();
  expect(await all("select * from session")).toEqual([]);
  expect(await jobs()).toEqual([]);

  installApp(dev.store, dev.shop);
  const { shop } = await merchant(dev.document());
  expect(shop.id).toBe(dev.shop.domain);
  expect((await all("select settings from shop_profile"))[0].settings).toEqual({ kept: true });
  expect(await jobs()).toEqual(LEFT_BY_INSTALLATION);
});

test("R25: an uninstall that arrives after the new installation changes nothing", async () => {
  await merchant(dev.document());
  const left = new Date(Date.now() - 60_000);
  expect(await markUninstalled(dev.shop.domain, left)).toBe(false);
  expect(await openShop(dev.shop.domain)).not.toBeNull();
  expect(await accessToken(dev.shop.domain)).toMatch(/^shpat_/);
});

test("R25: the first request after a new installation cancels the uninstall that has not arrived yet", async () => {
  await merchant(dev.document());
  await all("update shop set installed_at = now() - interval '30 days'");
  const left = new Date(Date.now() - 60_000);
  // Uninstalled and installed again before any webhook arrived: the tokens are invalid.
  dev.shop.tokens = [];
  const { admin } = await merchant(dev.data());
  await admin.request("query Name { shop { name } }");
  expect(await markUninstalled(dev.shop.domain, left)).toBe(false);
  expect(await openShop(dev.shop.domain)).not.toBeNull();
});

test("an installation that Shopify interrupts is completed by the next request", async () => {
  const real = dev.store.faults;
  dev.store.faults = new Map([["admin", [{ kind: "drop", share: 1, milliseconds: 0 }]]]);
  const visit = installShop(dev.shop.domain, { idToken: dev.merchantToken() });
  const calm = new Promise((resolve) => setTimeout(resolve, 300)).then(() => (dev.store.faults = real));
  const [installed] = await Promise.all([visit, calm]);
  expect(installed.id).toBe(dev.shop.domain);
});
