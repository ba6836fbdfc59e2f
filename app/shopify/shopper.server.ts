// The two doors for shoppers: the storefront through Shopify's app proxy, and UI extensions with a session token.
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
  /** Who is signed in to the storefront; null for a visitor. */
  customerId: string | null;
  /** As the shop has it: addresses of the storefront's doors begin with it. */
  pathPrefix: string;
  parameters: Record<string, string>;
  /** Where the shopper is, as Shopify passes it on; null where it does not. */
  address: string | null;
};

/** The first is the shopper's; proxies on the way add theirs. It may be believed only in a signed call. */
function addressOf(request: Request): string | null {
  const [first = ""] = (request.headers.get("x-forwarded-for") ?? "").split(",", 1);
  return isIP(first.trim()) === 0 ? null : first.trim();
}

const secrets = () => [env.SHOPIFY_API_SECRET, env.SHOPIFY_API_SECRET_OLD ?? ""].filter((secret) => secret !== "");

/** Throws 400 for what Shopify would never send, 401 for what it did not sign, 404 for a shop that is not installed. */
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
  /** Null unless the customer is signed in and the shop lets us know who she is. */
  customerId: string | null;
  /** A hash of the token that opened the door. */
  token: string;
  /** Makes an answer readable for the extension, whose worker has no origin of its own. */
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

/** Throws the answer to a preflight, 401 for a token that is not Shopify's for us, 404 for a shop that is not installed. */
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
      // Another secret may fit while Shopify changes over.
    }
  }
  return null;
}

/** A merchant's token has an issuer and a user in `sub`: it opens no shopper's door. */
function shopperOf({ dest, sub, iss }: { dest?: unknown; sub?: string; iss?: string }) {
  const shop = shopDomain(String(dest).replace(/^https:\/\//, ""));
  const customerId = sub === undefined ? null : CUSTOMER.exec(sub)?.[1];
  if (shop === null || customerId === undefined || iss?.endsWith("/admin")) return null;
  return { shop, customerId };
}
