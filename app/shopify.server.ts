// The one shopifyApp(), and the door for merchants.
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
  // Its lines quote requests and tokens: only that something went wrong is passed on.
  logger: { level: LogSeverity.Error, log: async () => log.error("the Shopify library reports a fault") },
  future: { unstable_newEmbeddedAuthStrategy: true, expiringOfflineAccessTokens: true },
});

/** `actor`: for the audit of what is changed. */
export type Merchant = { shop: Shop; admin: AdminApi; locale: string; actor: Actor };

// Pages wait for Shopify no longer than a person does.
const PATIENCE_MS = 15_000;

/**
 * Answers only the merchant of an installed shop: everyone else gets what the library answers (a page that fetches a new
 * session token, 401, a way into the admin). 400 for what holds U+0000 or is no form. The first request of a shop installs it.
 */
export async function merchant(request: Request): Promise<Merchant> {
  const idToken = idTokenOf(request);
  refuseOtherTokens(idToken);
  const { session } = await withIdToken(idToken, () => shopify.authenticate.admin(withoutQuery(request)));
  refuseNulInAddress(request);
  await refuseBadForm(request);
  const shop = await installShop(session.shop, { idToken, locale: askedLocale(request) });
  const admin = await adminFor(shop, { idToken, patienceMs: PATIENCE_MS });
  return { shop, admin, locale: askedLocale(request) ?? (await storedLocale(shop)), actor: actorOf(idToken) };
}

/** The library has checked the token by now. https://shopify.dev/docs/apps/build/authentication-authorization/session-tokens */
function actorOf(idToken: string | undefined): Actor {
  const user = idToken === undefined ? null : (claimsOf(idToken)?.user ?? null);
  return user === null ? "merchant" : `staff:${user}`;
}

/**
 * The library checks a token's signature and audience, and its end where it has one. A shopper's token of a checkout has both: only one that the shop's
 * admin issued opens the merchant's pages.
 */
function refuseOtherTokens(idToken: string | undefined): void {
  const claims = idToken === undefined ? null : claimsOf(idToken);
  // What is no token at all is the library's to answer.
  if (claims === null) return;
  if (claims.shop && claims.ends && claims.issuer === `https://${claims.shop}/admin`) return;
  throw new Response(undefined, { status: 401, statusText: "Unauthorized" });
}

/** The language of the merchant's admin: in a document's address, then in App Bridge's requests. */
function askedLocale(request: Request): string | undefined {
  const asked = new URL(request.url).searchParams.get("locale") ?? request.headers.get("accept-language") ?? "";
  const written = /^\s*([a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3})(?![A-Za-z0-9-])/.exec(asked)?.[1];
  return written !== undefined && isLanguage(written) ? written : undefined;
}

/** Of the form alone no tag is one: dates and numbers are written by it, and `en-aa-bb` stops their writer. */
function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

/** As Shopify told it of the shop, with a hyphen where it wrote `pt_BR`. */
async function storedLocale(shop: Shop): Promise<string> {
  const [row] = await shop.db.tx((tx) =>
    tx.rows<{ locale: string }>(sql`select locale from shop_profile where shop_id = ${shop.id}`),
  );
  const locale = row?.locale.replaceAll("_", "-") ?? "";
  return isLanguage(locale) ? locale : "en";
}

/** The library's pages: one fetches a new session token, one leads out of the frame. */
const LIBRARY_PAGES = ["/auth/session-token", "/auth/exit-iframe"];

/** Below /auth, where the library sends who comes without a shop, there is nothing but its own pages. */
export async function answerAuth(request: Request): Promise<Response> {
  if (!LIBRARY_PAGES.includes(new URL(request.url).pathname)) {
    return new Response("Open Regulars from the admin of your shop.\n", { status: 404 });
  }
  try {
    await shopify.authenticate.admin(request);
  } catch (answer) {
    // The library throws what it refuses to lead to.
    if (answer instanceof ShopifyError) return new Response("The address leads nowhere.\n", { status: 400 });
    if (!(answer instanceof Response)) throw answer;
    // The library writes the address's shop into this header as it stands.
    setDocumentHeaders(request, answer.headers);
    return answer;
  }
  return new Response(null, { status: 302, headers: { location: "/app" } });
}
