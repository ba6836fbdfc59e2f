// The token endpoint: exchanges an id token for an access token, and refreshes an expiring access token.
// https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens

import { randomBytes, timingSafeEqual } from "node:crypto";
import { answerJson, readFields, type StoreAnswer, type StoreRequest } from "../http.ts";
import type { Installation, ShopState, Store, TokenGrant } from "../model.ts";
import { readJwt } from "./jwt.ts";

const HOUR = 3600;
const REFRESH_SECONDS = 90 * 24 * HOUR;
const ONLINE_SECONDS = 86_399;
/** How long a used refresh token may be used again, in case its answer was lost. */
const RETRY_SECONDS = 30 * 24 * HOUR;
const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token";
const OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token";
const ONLINE = "urn:shopify:params:oauth:token-type:online-access-token";

type Parameters = Record<string, string>;

export async function handleTokens(store: Store, shop: ShopState, request: StoreRequest): Promise<StoreAnswer | null> {
  if (request.url.pathname !== "/admin/oauth/access_token") return null;
  if (request.method !== "POST") return refuse(404, "invalid_request", "Not Found");
  let parameters: Parameters;
  try {
    parameters = readFields(request);
  } catch {
    return refuse(400, "invalid_request", "The request body is malformed.");
  }
  if (parameters["client_id"] !== store.config.apiKey) {
    return refuse(400, "application_cannot_be_found", "The application cannot be found.");
  }
  if (!sameText(parameters["client_secret"] ?? "", store.config.apiSecret)) {
    return refuse(400, "invalid_client", "Client authentication failed.");
  }
  if (parameters["grant_type"] === EXCHANGE) return exchange(store, shop, parameters);
  if (parameters["grant_type"] === "refresh_token") return refresh(store, shop, parameters);
  return refuse(400, "unsupported_grant_type", "The grant type is not supported.");
}

/** Null for a token that is unknown, expired, or of an earlier installation. */
export function findAccessToken(
  store: Store,
  shop: ShopState,
  accessToken: string,
): { userId: string | null; scopes: string[]; expires: boolean } | null {
  const { installation } = shop;
  if (installation === null || accessToken === "") return null;
  const grant = shop.tokens?.find((one) => one.accessToken === accessToken);
  if (grant === undefined || grant.installation !== nameOf(installation)) return null;
  if (grant.expiresAt !== null && grant.expiresAt <= store.clock.now().toISOString()) return null;
  return { userId: grant.userId, scopes: installation.scopes, expires: grant.expiresAt !== null };
}

function exchange(store: Store, shop: ShopState, parameters: Parameters): StoreAnswer {
  const claims = readJwt(parameters["subject_token"] ?? "", store.config.apiSecret);
  const good =
    shop.installation !== null &&
    parameters["subject_token_type"] === ID_TOKEN &&
    claims !== null &&
    Number(claims["exp"]) > Date.now() / 1000 &&
    claims["aud"] === store.config.apiKey &&
    claims["dest"] === `https://${shop.domain}`;
  if (!good || shop.installation === null || claims === null) {
    const why = "Token exchange cannot be performed due to an invalid subject token.";
    return refuse(400, "invalid_subject_token", why);
  }
  switch (parameters["requested_token_type"]) {
    case OFFLINE: {
      const grant = newGrant(store, shop.installation, { lives: parameters["expiring"] === "1" ? HOUR : null });
      return give(store, shop, grant);
    }
    case ONLINE: {
      const userId = String(claims["sub"]);
      return give(store, shop, newGrant(store, shop.installation, { lives: ONLINE_SECONDS, userId }));
    }
    default:
      return refuse(400, "invalid_request", "The requested token type is invalid.");
  }
}

function refresh(store: Store, shop: ShopState, parameters: Parameters): StoreAnswer {
  const now = store.clock.now();
  const grant = findRefreshToken(shop, parameters["refresh_token"] ?? "");
  if (grant === null || shop.installation === null || !isUsable(grant, now)) {
    return refuse(401, "invalid_request", "This request requires an active refresh_token");
  }
  grant.refreshedAt ??= now.toISOString();
  const parent = shop.tokens?.find((one) => one.refreshToken === grant.parent);
  if (parent !== undefined) parent.retired = true;
  return give(store, shop, newGrant(store, shop.installation, { lives: HOUR, parent: grant.refreshToken }));
}

function findRefreshToken(shop: ShopState, refreshToken: string): TokenGrant | null {
  const { installation } = shop;
  if (installation === null || refreshToken === "") return null;
  const grant = shop.tokens?.find((one) => one.refreshToken === refreshToken);
  return grant?.installation === nameOf(installation) ? grant : null;
}

function isUsable(grant: TokenGrant, now: Date): boolean {
  if (grant.retired || grant.refreshExpiresAt === null || grant.refreshExpiresAt <= now.toISOString()) return false;
  if (grant.refreshedAt === null) return true;
  return now.getTime() - Date.parse(grant.refreshedAt) <= RETRY_SECONDS * 1000;
}

type Wish = { lives: number | null; userId?: string; parent?: string | null };

function newGrant(store: Store, installation: Installation, wish: Wish): TokenGrant {
  const online = wish.userId !== undefined;
  const expiring = wish.lives !== null && !online;
  return {
    installation: nameOf(installation),
    accessToken: secret(online ? "shpua_" : "shpat_"),
    userId: wish.userId ?? null,
    expiresAt: wish.lives === null ? null : later(store, wish.lives),
    refreshToken: expiring ? secret("shprt_") : null,
    refreshExpiresAt: expiring ? later(store, REFRESH_SECONDS) : null,
    refreshedAt: null,
    parent: wish.parent ?? null,
    retired: false,
  };
}

/** Stores the grant, deletes grants that can never be used again, and answers. */
function give(store: Store, shop: ShopState, grant: TokenGrant): StoreAnswer {
  const now = store.clock.now().toISOString();
  const kept = (shop.tokens ?? []).filter(
    (one) =>
      one.installation === grant.installation &&
      (one.expiresAt === null || one.expiresAt > now || (one.refreshExpiresAt ?? "") > now),
  );
  shop.tokens = [...kept, grant];
  store.touch();
  const scope = shop.installation?.scopes.join(",") ?? "";
  const base = { access_token: grant.accessToken, scope };
  if (grant.userId !== null) return answerJson({ ...base, ...onlineFields(shop, grant.userId, scope) });
  if (grant.refreshToken === null) return answerJson(base);
  return answerJson({
    ...base,
    expires_in: HOUR,
    refresh_token: grant.refreshToken,
    refresh_token_expires_in: REFRESH_SECONDS,
  });
}

function onlineFields(shop: ShopState, userId: string, scope: string): Record<string, unknown> {
  return {
    expires_in: ONLINE_SECONDS,
    associated_user_scope: scope,
    associated_user: {
      id: Number(userId),
      first_name: "Store",
      last_name: "Owner",
      email: shop.email,
      account_owner: true,
      locale: shop.locale,
      collaborator: false,
      email_verified: true,
    },
  };
}

function later(store: Store, seconds: number): string {
  return new Date(store.clock.now().getTime() + seconds * 1000).toISOString();
}

function nameOf(installation: Installation): string {
  return `${installation.id} ${installation.installedAt}`;
}

function secret(prefix: string): string {
  return prefix + randomBytes(16).toString("hex");
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function refuse(status: number, error: string, error_description: string): StoreAnswer {
  return answerJson({ error, error_description }, status);
}
