// The doors of the Admin API: GraphQL, the results of bulk operations, and the uploads for bulk mutations.

import { randomUUID } from "node:crypto";
import { findAccessToken } from "../auth/tokens.ts";
import { drawFaults } from "../faults.ts";
import { answerJson, answerText, readJson, type StoreAnswer, type StoreRequest } from "../http.ts";
import type { ShopState, Store } from "../model.ts";
import { appIdOf } from "./app-namespace.ts";
import { handleBulkFiles } from "./bulk/files.ts";
import { allScopes, type Context } from "./context.ts";
import { answerAdminRequest, runDocument, type AdminRequest } from "./execute.ts";
import { findNode } from "./fields/node.ts";

/** The only version that this store serves. Like Shopify, the store answers other versions with the nearest one it serves. */
export const API_VERSION = "2026-10";

export async function handleAdminApi(
  store: Store,
  shop: ShopState,
  request: StoreRequest,
): Promise<StoreAnswer | null> {
  const path = request.url.pathname;
  if (path.startsWith("/bulk/")) return handleBulkFiles(store, shop, request);
  if (!/^\/admin\/api\/(?:[^/]+\/)?graphql\.json$/.test(path)) return null;
  const headers = { "x-shopify-api-version": API_VERSION, "x-request-id": randomUUID(), "x-shopid": shop.id };
  if (request.method !== "POST") return answerJson({ errors: "Not Found" }, 404, headers);
  const body = readRequest(request);
  const faults = drawFaults(store, "admin", operationOf(body));
  if (faults.has("drop")) return { status: 0, headers: {}, body: "" };
  for (const [kind, errors] of UNAVAILABLE) if (faults.has(kind)) return answerJson({ errors }, Number(kind), headers);
  if (faults.has("429")) {
    return answerJson({ errors: "Exceeded the request limit." }, 429, { ...headers, "retry-after": "1.0" });
  }
  if (faults.has("5xx")) return answerText("Internal Server Error", 500, headers);
  const slow = faults.get("slow");
  if (slow !== undefined) await storeTime(store, slow.milliseconds);
  const grant = findAccessToken(store, shop, request.headers["x-shopify-access-token"] ?? "");
  if (grant === null) {
    const errors = "[API] Invalid API key or access token (unrecognized login or wrong password)";
    return answerJson({ errors }, 401, headers);
  }
  if (!grant.expires) return answerJson({ errors: NEVER_EXPIRES }, 403, headers);
  if (body === null) return answerJson({ errors: { query: "Required parameter missing or invalid" } }, 400, headers);
  const answer = answerAdminRequest(newContext(store, shop, grant.scopes), body);
  return faults.has("lost") ? { status: 0, headers: {}, body: "" } : answerJson(answer, 200, headers);
}

const operationOf = (body: AdminRequest | null): string =>
  body?.operationName ?? /\b(?:query|mutation)\s+(\w+)/.exec(body?.query ?? "")?.[1] ?? "";

/** A shop with an unpaid bill, and a shop that Shopify locked: https://shopify.dev/docs/api/usage/response-codes */
const UNAVAILABLE = [
  ["402", "Unavailable Shop"],
  ["423", "Locked"],
] as const;

/** Shopify refuses such tokens of public apps that were made since April 2026. Here every app is one. */
const NEVER_EXPIRES =
  "[API] Non-expiring access tokens are no longer accepted for the Admin API. Start using expiring offline tokens: https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/offline-access-tokens#expiring-vs-non-expiring-offline-tokens";

export function newContext(store: Store, shop: ShopState, scopes: readonly string[]): Context {
  return {
    store,
    shop,
    appId: appIdOf(store),
    scopes: allScopes(scopes),
    bulk: null,
    searchWarnings: [],
    node: findNode,
    run: runDocument,
  };
}

function storeTime(store: Store, milliseconds: number): Promise<void> {
  return new Promise((resolve) => store.clock.after(milliseconds, resolve));
}

function readRequest(request: StoreRequest): AdminRequest | null {
  if ((request.headers["content-type"] ?? "").includes("application/graphql")) {
    return { query: request.body.toString("utf8"), variables: {}, operationName: null };
  }
  let body: unknown;
  try {
    body = readJson(request);
  } catch {
    return null;
  }
  if (typeof body !== "object" || body === null || !("query" in body) || typeof body.query !== "string") return null;
  const variables = "variables" in body && isRecord(body.variables) ? body.variables : {};
  const name = "operationName" in body && typeof body.operationName === "string" ? body.operationName : null;
  return { query: body.query, variables, operationName: name };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
