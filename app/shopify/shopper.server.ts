// Authenticates shoppers: of the storefront by the app proxy's signature, of UI extensions by a session token.
import { createHash } from "node:crypto";
import { isIP } from "node:net";
import { jwtVerify } from "jose";
import { env } from "../env.server.ts";
import { shopDomain } from "./frame.server.ts";
import { refuseNulInAddress } from "../nul.server.ts";
import { readProxyQuery } from "./proxy-signature.ts";
import { openShop, type Shop } from "../shop.server.ts";

export type ProxyShopper = {
  shop: Shop;
  /** The customer who is signed in to the storefront. Null: a visitor. */
  customerId: string | null;
  /** The app proxy's prefix in this shop: URLs of the storefront's doors begin with it. */
  pathPrefix: string;
  parameters: Record<string, string>;
  /** The shopper's IP address, as Shopify forwards it. Null: not forwarded. */
  address: string | null;
};

/** The first address of X-Forwarded-For is the shopper's: proxies append theirs. Call only for a request with a signature. */
function addressOf(request: Request): string | null {
  const [first = ""] = (request.headers.get("x-forwarded-for") ?? "").split(",", 1);
  return isIP(first.trim()) === 0 ? null : first.trim();
}

const secrets = () => [env.SHOPIFY_API_SECRET, env.SHOPIFY_API_SECRET_OLD ?? ""].filter((secret) => secret !== "");

/** Throws 400 for a query that Shopify would not send, 401 for a wrong signature, 404 for a shop that is not installed. */
export async function proxyShopper(request: Request): Promise<ProxyShopper> {
  refuseNulInAddress(request);
  const verdict = readProxyQuery(new URL(request.url).searchParams, secrets(), new Date());
  if (!verdict.ok) throw new Response(verdict.reason, { status: verdict.status });
  const { query } = verdict;
  const shop = await openShop(query.shop);
  if (!shop) throw new Response("not installed", { status: 404 });
  return {
    shop,
    customerId: query.customerId,
    pathPrefix: query.pathPrefix,
    parameters: query.parameters,
    address: addressOf(request),
  };
}

export type CheckoutShopper = {
  shop: Shop;
  /** Null: the customer is not signed in, or the shop does not let us see the customer's id. */
  customerId: string | null;
  /** A hash of the session token. */
  token: string;
  /** Adds CORS headers, so that the extension can read the answer: its web worker has no origin. */
  cors(response: Response): Response;
};

function cors(response: Response): Response {
  const headers = new Headers(response.headers);
  headers.set("Access-Control-Allow-Origin", "*");
  headers.set("Access-Control-Allow-Headers", "Authorization, Content-Type");
  headers.set("Access-Control-Allow-Methods", "GET, POST, OPTIONS");
  headers.set("Access-Control-Max-Age", "7200");
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

const refuse = (status: number, reason: string) => cors(new Response(reason, { status }));

const CUSTOMER = /^gid:\/\/shopify\/Customer\/(\d{1,20})$/;

/** Throws the answer to a preflight, 401 for a token that Shopify did not make for us, 404 for a shop that is not installed. */
export async function checkoutShopper(request: Request): Promise<CheckoutShopper> {
  if (request.method === "OPTIONS") throw cors(new Response(null, { status: 204 }));
  const token = /^Bearer (\S+)$/.exec(request.headers.get("authorization") ?? "")?.[1];
  const claims = token === undefined ? null : await verify(token);
  if (!claims) throw refuse(401, "the session token does not hold");
  refuseNulInAddress(request);
  const shop = await openShop(claims.shop);
  if (!shop) throw refuse(404, "not installed");
  const hash = createHash("sha256").update(String(token)).digest("hex");
  return { shop, customerId: claims.customerId, token: hash, cors };
}

async function verify(token: string): Promise<{ shop: string; customerId: string | null } | null> {
  for (const secret of secrets()) {
    try {
      const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), {
        algorithms: ["HS256"],
        audience: env.SHOPIFY_API_KEY,
        requiredClaims: ["exp", "dest"],
        clockTolerance: 5,
      });
      return shopperOf(payload);
    } catch {
      // The token may be signed with the other secret while Shopify changes over.
    }
  }
  return null;
}

/** Null for a merchant's token, whose issuer ends with /admin and whose `sub` is a member of staff. */
function shopperOf({ dest, sub, iss }: { dest?: unknown; sub?: string; iss?: string }) {
  const shop = shopDomain(String(dest).replace(/^https:\/\//, ""));
  const customerId = sub === undefined ? null : CUSTOMER.exec(sub)?.[1];
  if (shop === null || customerId === undefined || iss?.endsWith("/admin")) return null;
  return { shop, customerId };
}
