import { afterEach, beforeEach, expect, test } from "vitest";
import { askTokens, exchangeParameters, parse, post } from "../admin-api/ask.ts";
import { handleAdminApi } from "../admin-api/admin-api.ts";
import { installApp, uninstallApp } from "../commands/app.ts";
import { createTrial, SECRET, type Trial } from "../trial.ts";
import { readJwt, signJwt } from "./jwt.ts";
import { checkoutSessionToken, sessionToken } from "./session-token.ts";

let trial: Trial;
beforeEach(async () => {
  trial = await createTrial();
});
afterEach(() => trial.close());

const HOUR = 3_600_000;

function exchange(more: Record<string, string> = {}, token = sessionToken(trial.store, trial.shop)) {
  return askTokens(trial.store, trial.shop, exchangeParameters(token, more));
}

function refresh(refreshToken: unknown) {
  const parameters = { grant_type: "refresh_token", refresh_token: String(refreshToken) };
  return askTokens(trial.store, trial.shop, parameters);
}

async function opens(accessToken: unknown): Promise<boolean> {
  const headers = { "x-shopify-access-token": String(accessToken) };
  const request = post(trial.shop, "/admin/api/2026-10/graphql.json", { query: "{ shop { id } }" }, headers);
  return (await handleAdminApi(trial.store, trial.shop, request))?.status === 200;
}

test("an id token is exchanged for an access token of one hour and a refresh token of 90 days", async () => {
  const { status, fields } = await exchange();
  expect(status).toBe(200);
  expect(fields).toMatchObject({ expires_in: 3600, refresh_token_expires_in: 7_776_000 });
  expect(fields["scope"]).toBe(
    "read_customers,read_customer_merge,read_orders,read_products,read_discounts,read_fulfillments",
  );
  expect(await opens(fields["access_token"])).toBe(true);
  trial.store.clock.advance(HOUR);
  expect(await opens(fields["access_token"])).toBe(false);
});

test("without expiring=1 the access token does not expire, and is refused: a public app's token must expire", async () => {
  const { fields } = await exchange({ expiring: "0" });
  expect(Object.keys(fields).sort()).toEqual(["access_token", "scope"]);
  expect(await opens(fields["access_token"])).toBe(false);
});

test("an online token names its user", async () => {
  const requested_token_type = "urn:shopify:params:oauth:token-type:online-access-token";
  const { fields } = await exchange({ requested_token_type }, sessionToken(trial.store, trial.shop, { userId: "42" }));
  expect(fields).toMatchObject({ expires_in: 86_399, associated_user: { id: 42, account_owner: true } });
  expect(fields["refresh_token"]).toBeUndefined();
});

test("a refresh replaces both tokens, and the earlier refresh token works until its successor is used", async () => {
  const first = (await exchange()).fields;
  const second = (await refresh(first["refresh_token"])).fields;
  expect(second["refresh_token"]).not.toBe(first["refresh_token"]);
  expect(await opens(second["access_token"])).toBe(true);
  const retried = await refresh(first["refresh_token"]);
  expect(retried.status).toBe(200);
  const third = await refresh(retried.fields["refresh_token"]);
  expect(third.status).toBe(200);
  expect(await refresh(first["refresh_token"])).toEqual({
    status: 401,
    fields: { error: "invalid_request", error_description: "This request requires an active refresh_token" },
  });
});

test("a used refresh token ends after 30 days, an unused one after 90", async () => {
  const first = (await exchange()).fields;
  await refresh(first["refresh_token"]);
  trial.store.clock.advance(31 * 24 * HOUR);
  expect((await refresh(first["refresh_token"])).status).toBe(401);
  const other = (await exchange()).fields;
  trial.store.clock.advance(91 * 24 * HOUR);
  expect((await refresh(other["refresh_token"])).status).toBe(401);
});

test("an uninstall ends every token, and a new installation does not make it valid again", async () => {
  const { fields } = await exchange();
  uninstallApp(trial.store, trial.shop);
  expect(await opens(fields["access_token"])).toBe(false);
  expect((await refresh(fields["refresh_token"])).status).toBe(401);
  expect((await exchange()).fields["error"]).toBe("invalid_subject_token");
  trial.store.clock.advance(1000);
  installApp(trial.store, trial.shop);
  expect(await opens(fields["access_token"])).toBe(false);
  expect((await exchange()).status).toBe(200);
});

test("an id token that is expired, of another shop, for another app or signed by another secret is refused", async () => {
  const now = Math.floor(Date.now() / 1000);
  const good = { dest: "https://trial.myshopify.com", aud: "trial-key", sub: "1", exp: now + 60, nbf: now, iat: now };
  const bad: [Record<string, string | number>, string][] = [
    [{ ...good, exp: now - 1 }, SECRET],
    [{ ...good, dest: "https://other.myshopify.com" }, SECRET],
    [{ ...good, aud: "other-key" }, SECRET],
    [good, "another secret"],
  ];
  for (const [claims, secret] of bad) {
    const refused = await exchange({}, signJwt(claims, secret));
    expect(refused.status).toBe(400);
    expect(refused.fields).toEqual({
      error: "invalid_subject_token",
      error_description: "Token exchange cannot be performed due to an invalid subject token.",
    });
  }
  expect((await exchange({}, signJwt(good, SECRET))).status).toBe(200);
});

test("another client id or a wrong secret is refused", async () => {
  expect((await exchange({ client_id: "other" })).fields["error"]).toBe("application_cannot_be_found");
  expect((await exchange({ client_secret: "other" })).fields["error"]).toBe("invalid_client");
});

test("session tokens have Shopify's claims", () => {
  const admin = readJwt(sessionToken(trial.store, trial.shop, { userId: "7" }), SECRET);
  expect(admin).toMatchObject({
    iss: "https://trial.myshopify.com/admin",
    dest: "https://trial.myshopify.com",
    aud: "trial-key",
    sub: "7",
  });
  expect(Number(admin?.["exp"]) - Number(admin?.["iat"])).toBe(60);
  const guest = readJwt(checkoutSessionToken(trial.store, trial.shop), SECRET);
  expect(guest?.["dest"]).toBe("trial.myshopify.com");
  expect(guest?.["sub"]).toBeUndefined();
  expect(Number(guest?.["exp"]) - Number(guest?.["iat"])).toBe(300);
  const known = readJwt(checkoutSessionToken(trial.store, trial.shop, { customerId: "5" }), SECRET);
  expect(known?.["sub"]).toBe("gid://shopify/Customer/5");
});

test("an unknown access token is answered as Shopify answers it", async () => {
  const headers = { "x-shopify-access-token": "shpat_nothing" };
  const request = post(trial.shop, "/admin/api/2026-10/graphql.json", { query: "{ shop { id } }" }, headers);
  const answer = await handleAdminApi(trial.store, trial.shop, request);
  expect(answer?.status).toBe(401);
  expect(parse(answer)).toEqual({
    errors: "[API] Invalid API key or access token (unrecognized login or wrong password)",
  });
});
