// Access to a shop's Admin API: expiring tokens, exchanged and refreshed by one process at a time.
// https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens
import { AsyncLocalStorage } from "node:async_hooks";
import { decodeJwt } from "jose";
import { forShop, sql } from "../db.server.ts";
import { env } from "../env.server.ts";
import { locked, underway } from "../lock.server.ts";
import { log } from "../log.server.ts";
import { counter } from "../metrics.server.ts";
import { offlineId, readSession, saveSession, saveSessionIn, type SessionRow } from "./session-rows.server.ts";

// The library renews in a token's last 5 minutes, once per parallel request. Renewing before that keeps it from ever doing so.
const RENEW_BEFORE_MS = 6 * 60 * 1000;
const PATIENCE_MS = 10_000;
const HOUR = 3600;
const NINETY_DAYS = 90 * 24 * HOUR;

/** Shopify no longer lets us in without the merchant: opening the app in the admin reconnects. */
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
/** `refused`: this token never works again. `failed`: it may work later. */
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
      signal: AbortSignal.timeout(PATIENCE_MS),
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

/** What an answer leaves out must not end the renewing: without expires_in an hour counts, the old refresh token stays. */
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

const livesFor = (row: SessionRow, milliseconds: number) =>
  row.accessToken !== null && row.expires !== null && row.expires.getTime() - Date.now() > milliseconds;

/** Whatever its date says: a clock that is ahead must cost no token. Shopify refuses one that has run out. */
const isRefreshable = (row: SessionRow | null): row is SessionRow & { refreshToken: string } =>
  row !== null && row.refreshToken !== null;

async function refresh(row: SessionRow & { refreshToken: string }): Promise<SessionRow | "refused" | "failed"> {
  const answer = await ask("refresh", row.shop, { grant_type: "refresh_token", refresh_token: row.refreshToken });
  if (answer.outcome !== "granted") return answer.outcome;
  const renewed = rowOf(row.shop, answer.grant, row);
  await saveSession(renewed);
  return renewed;
}

/** An exchange proves that the app is installed now: an uninstall that was triggered earlier and arrives late is void. */
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

type Wish = {
  /** Of the merchant who is here: lets us in when nothing else does. Verified by the caller. */
  idToken?: string | undefined;
  /** Shopify refused this access token, whatever its date says. */
  dead?: string | undefined;
};

/** A permanent token of an early installation counts until the merchant is here to exchange it for an expiring one. */
function isUsable(row: SessionRow | null, { idToken, dead }: Wish): boolean {
  if (row === null || row.accessToken === null || row.accessToken === dead) return false;
  return row.expires === null ? !idToken : livesFor(row, RENEW_BEFORE_MS);
}

async function renew(shop: string, wish: Wish): Promise<SessionRow | null> {
  const row = await readSession(shop, offlineId(shop));
  // Another process was first.
  if (isUsable(row, wish)) return row;
  const renewed = isRefreshable(row) ? await refresh(row) : "refused";
  if (typeof renewed === "object") return renewed;
  if (renewed === "failed" && row?.accessToken !== wish.dead && row && livesFor(row, 0)) return row;
  const exchanged = wish.idToken ? await exchange(shop, wish.idToken) : null;
  if (exchanged) return exchanged;
  if (renewed === "failed") throw new Error(`no access token for ${shop}: Shopify did not answer`);
  return row && forget(row);
}

/** The row stays without its tokens: that is how pages know that the shop has to be reconnected. */
async function forget(row: SessionRow): Promise<SessionRow> {
  const empty = { ...row, accessToken: null, refreshToken: null, refreshTokenExpires: null };
  if (row.accessToken !== null || row.refreshToken !== null) await saveSession(empty);
  return empty;
}

/**
 * The shop's offline session with a token that works for at least some minutes. At most one exchange or refresh per shop at
 * a time over all processes; whoever waits takes what the first got. Null, or an empty access token: reconnect.
 */
export async function freshSession(shop: string, wish: Wish = {}): Promise<SessionRow | null> {
  const row = await readSession(shop, offlineId(shop));
  if (isUsable(row, wish)) return row;
  const key = [shop, wish.idToken ? "exchange" : "refresh", wish.dead ?? ""].join(" ");
  return underway(`token ${key}`, () => locked(`token ${shop}`, () => renew(shop, wish)));
}

export async function accessToken(shop: string, wish: Wish = {}): Promise<string> {
  const session = await freshSession(shop, wish);
  if (!session?.accessToken) throw new ReconnectNeeded(shop);
  return session.accessToken;
}

/** What pages show: whether background work may reach the shop. */
export async function connectionOf(shop: string): Promise<"connected" | "reconnect"> {
  const row = await readSession(shop, offlineId(shop));
  if (row?.accessToken == null) return "reconnect";
  const mayRenew = isRefreshable(row) && (row.refreshTokenExpires?.getTime() ?? Infinity) > Date.now();
  return livesFor(row, 0) || row.expires === null || mayRenew ? "connected" : "reconnect";
}

const merchantIsHere = new AsyncLocalStorage<string | undefined>();

/** Within work, a session that is missing or refused is replaced by exchanging this id token. */
export const withIdToken = <T>(idToken: string | undefined, work: () => Promise<T>): Promise<T> =>
  merchantIsHere.run(idToken, work);

export const currentIdToken = (): string | undefined => merchantIsHere.getStore();
