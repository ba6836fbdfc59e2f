// Access tokens of a shop's Admin API: expiring tokens, which one process at a time exchanges and refreshes.
// https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens
import { AsyncLocalStorage } from "node:async_hooks";
import { decodeJwt } from "jose";
import { forShop, sql } from "../db.server.ts";
import { env } from "../env.server.ts";
import { locked, underway } from "../lock.server.ts";
import { log } from "../log.server.ts";
import { counter } from "../metrics.server.ts";
import { offlineId, readSession, saveSession, saveSessionIn, type SessionRow } from "./session-rows.server.ts";

// The library renews a token in its last 5 minutes, once for each parallel request. We renew earlier, so that the library never does.
const RENEW_BEFORE_MS = 6 * 60 * 1000;
const TIMEOUT_MS = 10_000;
const HOUR = 3600;
const NINETY_DAYS = 90 * 24 * HOUR;

/** A token had to be renewed, and Shopify did not answer. A later try may succeed. */
class TokenUnanswered extends Error {
  readonly failure = "unavailable";
  constructor(shop: string) {
    super(`no access token for ${shop}: Shopify did not answer`);
    this.name = "TokenUnanswered";
  }
}

/** No token of the shop works any more. The merchant reconnects the shop by opening the app in the admin. */
export class ReconnectNeeded extends Error {
  constructor(shop: string) {
    super(`${shop} has to be reconnected: its merchant opens the app in the admin`);
    this.name = "ReconnectNeeded";
  }
}

const grants = counter({
  name: "regulars_token_grants_total",
  help: "Requests for access tokens by kind and outcome",
  labelNames: ["kind", "outcome"],
});

type Kind = "exchange" | "refresh";
type Grant = {
  access_token: string;
  scope?: string;
  expires_in?: number;
  refresh_token?: string;
  refresh_token_expires_in?: number;
};
/** `refused`: the given token never works again. `failed`: the same request may work later. `status` 0: no answer. */
type Answer = { outcome: "granted"; grant: Grant } | { outcome: "refused" } | { outcome: "failed"; status: number };

const REFUSALS = ["invalid_grant", "invalid_request", "invalid_subject_token", "invalid_token"];

async function ask(kind: Kind, shop: string, parameters: Record<string, string>): Promise<Answer> {
  const answer = await request(shop, parameters);
  grants.inc({ kind, outcome: answer.outcome });
  if (answer.outcome !== "granted") log.warn({ shop, kind, answer }, "access token not granted");
  return answer;
}

async function request(shop: string, parameters: Record<string, string>): Promise<Answer> {
  const credentials = { client_id: env.SHOPIFY_API_KEY, client_secret: env.SHOPIFY_API_SECRET };
  try {
    const response = await fetch(`https://${shop}/admin/oauth/access_token`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({ ...credentials, ...parameters }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: "error",
    });
    const body = (await response.json().catch(() => ({}))) as Partial<Grant> & { error?: string };
    if (response.ok && body.access_token) {
      return { outcome: "granted", grant: { ...body, access_token: body.access_token } };
    }
    const refused = [400, 401].includes(response.status) && REFUSALS.includes(body.error ?? "");
    return refused ? { outcome: "refused" } : { outcome: "failed", status: response.status };
  } catch {
    return { outcome: "failed", status: 0 };
  }
}

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000);

/** Defaults for fields that the answer lacks: the token expires in an hour, and the earlier refresh token stays. */
function rowOf(shop: string, grant: Grant, before: SessionRow | null): SessionRow {
  const refreshToken = grant.refresh_token ?? before?.refreshToken ?? null;
  return {
    shop,
    id: offlineId(shop),
    state: "",
    isOnline: false,
    scope: grant.scope ?? before?.scope ?? null,
    expires: inSeconds(grant.expires_in ?? HOUR),
    accessToken: grant.access_token,
    refreshToken,
    refreshTokenExpires: refreshToken === null ? null : inSeconds(grant.refresh_token_expires_in ?? NINETY_DAYS),
    onlineAccessInfo: null,
  };
}

const isValidFor = (row: SessionRow, milliseconds: number) =>
  row.accessToken !== null && row.expires !== null && row.expires.getTime() - Date.now() > milliseconds;

/** The expiry is not checked, because our clock may be ahead: Shopify refuses an expired refresh token. */
const isRefreshable = (row: SessionRow | null): row is SessionRow & { refreshToken: string } =>
  row !== null && row.refreshToken !== null;

async function refresh(row: SessionRow & { refreshToken: string }): Promise<SessionRow | "refused" | "failed"> {
  const answer = await ask("refresh", row.shop, { grant_type: "refresh_token", refresh_token: row.refreshToken });
  if (answer.outcome !== "granted") return answer.outcome;
  const renewed = rowOf(row.shop, answer.grant, row);
  await saveSession(renewed);
  return renewed;
}

/** An exchange proves that the app is installed: installed_at moves on, so that an earlier uninstall which arrives late is ignored. */
async function exchange(shop: string, idToken: string): Promise<SessionRow | null> {
  const answer = await ask("exchange", shop, {
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    subject_token: idToken,
    subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
    requested_token_type: "urn:shopify:params:oauth:token-type:offline-access-token",
    expiring: "1",
  });
  if (answer.outcome !== "granted") return null;
  const row = rowOf(shop, answer.grant, null);
  const seenAt = new Date((decodeJwt(idToken).iat ?? Math.floor(Date.now() / 1000)) * 1000);
  await forShop(shop).tx(async (tx) => {
    await saveSessionIn(tx, row);
    await tx.run(sql`update shop set installed_at = greatest(installed_at, ${seenAt}::timestamptz)
      where id = ${shop} and installed_at is not null and uninstalled_at is null`);
  });
  return row;
}

type TokenNeed = {
  /** The id token of the merchant's request, verified by the caller: exchanged when no other token works. */
  idToken?: string | undefined;
  /** An access token that Shopify refused before its expiry. */
  dead?: string | undefined;
};

/**
 * A token without an expiry is from an early installation. It is used until a merchant's id token is exchanged for a token with
 * an expiry.
 */
function isUsable(row: SessionRow | null, { idToken, dead }: TokenNeed): boolean {
  if (row === null || row.accessToken === null || row.accessToken === dead) return false;
  return row.expires === null ? !idToken : isValidFor(row, RENEW_BEFORE_MS);
}

async function renew(shop: string, need: TokenNeed): Promise<SessionRow | null> {
  const row = await readSession(shop, offlineId(shop));
  // Another process has renewed the token meanwhile.
  if (isUsable(row, need)) return row;
  const renewed = isRefreshable(row) ? await refresh(row) : "refused";
  if (typeof renewed === "object") return renewed;
  if (renewed === "failed" && row?.accessToken !== need.dead && row && isValidFor(row, 0)) return row;
  const exchanged = need.idToken ? await exchange(shop, need.idToken) : null;
  if (exchanged) return exchanged;
  if (renewed === "failed") throw new TokenUnanswered(shop);
  return row && dropTokens(row);
}

/** Removes the tokens and keeps the row: from such a row pages see that the shop must reconnect. */
async function dropTokens(row: SessionRow): Promise<SessionRow> {
  const empty = { ...row, accessToken: null, refreshToken: null, refreshTokenExpires: null };
  if (row.accessToken !== null || row.refreshToken !== null) await saveSession(empty);
  return empty;
}

/**
 * Returns the shop's offline session with a token that works for at least `RENEW_BEFORE_MS`. Over all processes, a shop has one
 * exchange or refresh at a time, and callers that wait take its result. Null, or a session without access token: the shop must
 * reconnect.
 */
export async function freshSession(shop: string, need: TokenNeed = {}): Promise<SessionRow | null> {
  const row = await readSession(shop, offlineId(shop));
  if (isUsable(row, need)) return row;
  const key = [shop, need.idToken ? "exchange" : "refresh", need.dead ?? ""].join(" ");
  return underway(`token ${key}`, () => locked(`token ${shop}`, () => renew(shop, need)));
}

export async function accessToken(shop: string, need: TokenNeed = {}): Promise<string> {
  const session = await freshSession(shop, need);
  if (!session?.accessToken) throw new ReconnectNeeded(shop);
  return session.accessToken;
}

/** Whether background work can reach the shop's Admin API. Asks the stored tokens, not Shopify. */
export async function connectionOf(shop: string): Promise<"connected" | "reconnect"> {
  const row = await readSession(shop, offlineId(shop));
  if (row?.accessToken == null) return "reconnect";
  const mayRenew = isRefreshable(row) && (row.refreshTokenExpires?.getTime() ?? Infinity) > Date.now();
  return isValidFor(row, 0) || row.expires === null || mayRenew ? "connected" : "reconnect";
}

const requestIdToken = new AsyncLocalStorage<string | undefined>();

/** During `work`, the session storage exchanges this id token where a session is missing or refused. */
export const withIdToken = <T>(idToken: string | undefined, work: () => Promise<T>): Promise<T> =>
  requestIdToken.run(idToken, work);

export const currentIdToken = (): string | undefined => requestIdToken.getStore();
