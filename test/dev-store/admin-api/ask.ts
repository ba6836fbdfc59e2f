// For tests: an installed app with a token that sends requests.

import { sessionToken } from "../auth/session-token.ts";
import { handleTokens } from "../auth/tokens.ts";
import { installApp } from "../commands/app.ts";
import type { StoreAnswer, StoreRequest } from "../http.ts";
import type { ShopState, Store } from "../model.ts";
import { createTrial, type Trial } from "../trial.ts";
import { handleAdminApi } from "./admin-api.ts";

export const SCOPES = ["write_customers", "read_orders", "read_all_orders", "read_products", "write_discounts"];

export type Reply = { data?: Record<string, unknown>; errors?: ReplyError[]; extensions?: Record<string, unknown> };
type ReplyError = { message: string; path?: unknown; locations?: unknown; extensions?: Record<string, unknown> };

export type Asking = Trial & {
  token: string;
  ask(query: string, variables?: Record<string, unknown>): Promise<Reply>;
  /** The value at a path such as `customers.nodes.0.id` of the answer's data; fails on errors. */
  read(query: string, path: string, variables?: Record<string, unknown>): Promise<unknown>;
};

export function post(shop: ShopState, path: string, body: unknown, headers: Record<string, string> = {}): StoreRequest {
  return {
    method: "POST",
    url: new URL(path, `https://${shop.domain}`),
    headers: { "content-type": "application/json", ...headers },
    body: Buffer.from(JSON.stringify(body)),
  };
}

/** Asks the token endpoint. Returns the answer's status and fields. */
export async function askTokens(
  store: Store,
  shop: ShopState,
  parameters: Record<string, string>,
): Promise<{ status: number; fields: Record<string, unknown> }> {
  const all = { client_id: store.config.apiKey, client_secret: store.config.apiSecret, ...parameters };
  const answer = await handleTokens(store, shop, post(shop, "/admin/oauth/access_token", all));
  return { status: answer?.status ?? 0, fields: parse(answer) };
}

export function exchangeParameters(subjectToken: string, more: Record<string, string> = {}): Record<string, string> {
  return {
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    subject_token: subjectToken,
    subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
    requested_token_type: "urn:shopify:params:oauth:token-type:offline-access-token",
    expiring: "1",
    ...more,
  };
}

export function parse(answer: StoreAnswer | null): Record<string, unknown> {
  return JSON.parse(String(answer?.body ?? "{}"));
}

export function at(value: unknown, path: string): unknown {
  let found = value;
  for (const step of path.split(".")) {
    if (typeof found !== "object" || found === null) return undefined;
    found = Reflect.get(found, step);
  }
  return found;
}

export async function startAsking(scopes: string[] = SCOPES): Promise<Asking> {
  const trial = await createTrial();
  const { store, shop } = trial;
  installApp(store, shop);
  if (shop.installation !== null) shop.installation.scopes = scopes;
  const { fields } = await askTokens(store, shop, exchangeParameters(sessionToken(store, shop)));
  const token = String(fields["access_token"]);
  const ask = async (query: string, variables: Record<string, unknown> = {}): Promise<Reply> => {
    const headers = { "x-shopify-access-token": token };
    const request = post(shop, "/admin/api/2026-10/graphql.json", { query, variables }, headers);
    return parse(await handleAdminApi(store, shop, request));
  };
  return {
    ...trial,
    token,
    ask,
    async read(query, path, variables) {
      const reply = await ask(query, variables);
      if (reply.errors !== undefined) throw new Error(JSON.stringify(reply.errors));
      return at(reply.data, path);
    },
  };
}
