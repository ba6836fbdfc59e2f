// The only shopifyApp(), and the authentication of merchants.
import "@shopify/shopify-app-remix/adapters/node";
import { ShopifyError } from "@shopify/shopify-api";
import { ApiVersion, AppDistribution, LogSeverity, shopifyApp } from "@shopify/shopify-app-remix/server";
import type { Actor } from "./audit.server.ts";
import { adminFor, type AdminApi } from "./shopify/admin-api.server.ts";
import { sql } from "./db.server.ts";
import { env } from "./env.server.ts";
import { claimsOf, idTokenOf, setDocumentHeaders, withoutQuery } from "./shopify/frame.server.ts";
import { installShop } from "./shopify/installation.server.ts";
import { log } from "./log.server.ts";
import { refuseNulInAddress, refuseBadForm } from "./nul.server.ts";
import { sessionStorage } from "./shopify/sessions.server.ts";
import type { Shop } from "./shop.server.ts";
import { withIdToken } from "./shopify/tokens.server.ts";

const shopify = shopifyApp({
  apiKey: env.SHOPIFY_API_KEY,
  apiSecretKey: env.SHOPIFY_API_SECRET,
  apiVersion: ApiVersion.October26,
  appUrl: env.SHOPIFY_APP_URL,
  authPathPrefix: "/auth",
  sessionStorage,
  distribution: AppDistribution.AppStore,
  // The library's lines quote requests and tokens, so they are replaced by a line of our own.
  logger: { level: LogSeverity.Error, log: async () => log.error("the Shopify library reports a fault") },
  future: { unstable_newEmbeddedAuthStrategy: true, expiringOfflineAccessTokens: true },
});

/** `actor`: who changes a definition, for the audit. */
export type Merchant = { shop: Shop; admin: AdminApi; locale: string; actor: Actor };

// Pages wait for Shopify as long as a person would.
const TIMEOUT_MS = 15_000;

/**
 * Authenticates a merchant. A shop's first request installs the shop. Throws a Response to any other client: the library's answer
 * (a page that fetches a new session token, 401, a redirect into the admin), or 400 and 415 for bad URLs and forms.
 */
export async function merchant(request: Request): Promise<Merchant> {
  const idToken = idTokenOf(request);
  requireAdminToken(idToken);
  const { session } = await withIdToken(idToken, () => shopify.authenticate.admin(withoutQuery(request)));
  refuseNulInAddress(request);
  await refuseBadForm(request);
  const shop = await installShop(session.shop, { idToken, locale: askedLocale(request) });
  const admin = await adminFor(shop, { idToken, timeoutMs: TIMEOUT_MS });
  return { shop, admin, locale: askedLocale(request) ?? (await storedLocale(shop)), actor: actorOf(idToken) };
}

/** Call after the library has checked the token. https://shopify.dev/docs/apps/build/authentication-authorization/session-tokens */
function actorOf(idToken: string | undefined): Actor {
  const user = idToken === undefined ? null : (claimsOf(idToken)?.user ?? null);
  return user === null ? "merchant" : `staff:${user}`;
}

/**
 * Throws 401 unless the shop's admin issued the token. The library checks a token's signature and audience, and its expiry where the
 * token has one: a shopper's token from the checkout would pass these checks.
 */
function requireAdminToken(idToken: string | undefined): void {
  const claims = idToken === undefined ? null : claimsOf(idToken);
  // The library answers a request whose token is missing or unreadable.
  if (claims === null) return;
  if (claims.shop && claims.ends && claims.issuer === `https://${claims.shop}/admin`) return;
  throw new Response(undefined, { status: 401, statusText: "Unauthorized" });
}

/** The language of the merchant's admin, from a document's URL, or from the Accept-Language that App Bridge sets. */
function askedLocale(request: Request): string | undefined {
  const asked = new URL(request.url).searchParams.get("locale") ?? request.headers.get("accept-language") ?? "";
  const written = /^\s*([a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3})(?![A-Za-z0-9-])/.exec(asked)?.[1];
  return written !== undefined && isLanguage(written) ? written : undefined;
}

/** True of a valid language tag. A tag may have the right form and be invalid: with `en-aa-bb` Intl's formatters throw. */
function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

/** The shop's language as Shopify gave it, with `pt_BR` as `pt-BR`. */
async function storedLocale(shop: Shop): Promise<string> {
  const [row] = await shop.db.tx((tx) =>
    tx.rows<{ locale: string }>(sql`select locale from shop_profile where shop_id = ${shop.id}`),
  );
  const locale = row?.locale.replaceAll("_", "-") ?? "";
  return isLanguage(locale) ? locale : "en";
}

/** The library's pages: the first fetches a new session token, the second redirects out of the iframe. */
const LIBRARY_PAGES = ["/auth/session-token", "/auth/exit-iframe"];

/** Answers requests below /auth: the library's pages, else 404. The library redirects a client without a shop to /auth. */
export async function answerAuth(request: Request): Promise<Response> {
  if (!LIBRARY_PAGES.includes(new URL(request.url).pathname)) {
    return new Response("Open Regulars from your Shopify admin.\n", { status: 404 });
  }
  try {
    await shopify.authenticate.admin(request);
  } catch (answer) {
    // The library throws a ShopifyError for a redirect that it refuses.
    if (answer instanceof ShopifyError) return new Response("This address doesn't exist.\n", { status: 400 });
    if (!(answer instanceof Response)) throw answer;
    // The library writes the shop of the URL unchecked into the framing header, so the header is set anew.
    setDocumentHeaders(request, answer.headers);
    return answer;
  }
  return new Response(null, { status: 302, headers: { location: "/app" } });
}
