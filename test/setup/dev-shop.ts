// Starts a dev store on loopback with one shop that has the app installed, for tests that call the app's functions in this process.
import { createHmac } from "node:crypto";
import path from "node:path";
import { handleAdminApi } from "../dev-store/admin-api/admin-api.ts";
import { checkoutSessionToken, sessionToken } from "../dev-store/auth/session-token.ts";
import { handleTokens } from "../dev-store/auth/tokens.ts";
import { installApp } from "../dev-store/commands/app.ts";
import { readFields, type Face, type StoreAnswer } from "../dev-store/http.ts";
import type { ShopState, Store, StoreConfig } from "../dev-store/model.ts";
import { startStore, type RunningStore } from "../dev-store/server.ts";
import { addShop, type ShopSettings } from "../dev-store/store.ts";

/** Counts the requests to the token endpoint. `answer`: replaces the endpoint's true answer; null for the true answer. */
export type TokenLog = {
  exchanges: number;
  refreshes: number;
  answer: ((kind: "exchange" | "refresh", truth: StoreAnswer) => StoreAnswer) | null;
};

export type DevShop = {
  running: RunningStore;
  store: Store;
  shop: ShopState;
  tokens: TokenLog;
  /** Adds another shop with the app installed to the same store. */
  addShop(domain: string, settings?: ShopSettings): ShopState;
  /** The request for a document, as the admin's frame sends it. */
  document(path?: string, options?: { shop?: ShopState; token?: string; search?: Record<string, string> }): Request;
  /** The request for data, as App Bridge sends it from within the frame. */
  data(path?: string, options?: { shop?: ShopState; token?: string }): Request;
  merchantToken(shop?: ShopState): string;
  checkoutToken(customerId?: string, shop?: ShopState): string;
  close(): Promise<void>;
};

// Shopify's library takes the user agent of Node's `fetch` for a bot.
export const BROWSER =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0 Safari/537.36";
export const APP_URL = "https://app.example.com";

export async function startDevShop(
  domain = "tea.myshopify.com",
  settings: ShopSettings = {},
  { faces = [], config = {} }: { faces?: Face[]; config?: Partial<StoreConfig> } = {},
): Promise<DevShop> {
  const tokens: TokenLog = { exchanges: 0, refreshes: 0, answer: null };
  const running = await startStore(
    {
      port: 0,
      tunnelPort: 0,
      appUrl: "http://127.0.0.1:9",
      apiKey: "test-client-id",
      apiSecret: "test-client-secret",
      projectDir: path.resolve(import.meta.dirname, "../.."),
      clockSpeed: 1,
      lag: 0,
      ...config,
    },
    [...faces, countTokens(tokens), handleAdminApi],
  );
  const { store } = running;
  const join = (name: string, chosen: ShopSettings = {}) => {
    const shop = addShop(store, name, chosen);
    installApp(store, shop);
    return shop;
  };
  const shop = join(domain, settings);
  process.env["DEV_STORE_URL"] = running.url;
  await import("../dev-store/preload.ts");
  const merchantToken = (of = shop) => sessionToken(store, of);
  return {
    running,
    store,
    shop,
    tokens,
    addShop: join,
    merchantToken,
    checkoutToken: (customerId, of = shop) =>
      checkoutSessionToken(store, of, customerId === undefined ? {} : { customerId }),
    document(at = "/app", { shop: of = shop, token = merchantToken(of), search = {} } = {}) {
      const host = Buffer.from(`${of.domain}/admin`).toString("base64url");
      const query = new URLSearchParams({ shop: of.domain, host, embedded: "1", id_token: token, ...search });
      return new Request(`${APP_URL}${at}?${query}`, { headers: { "user-agent": BROWSER } });
    },
    data(at = "/app", { shop: of = shop, token = merchantToken(of) } = {}) {
      return new Request(`${APP_URL}${at}`, { headers: { "user-agent": BROWSER, authorization: `Bearer ${token}` } });
    },
    close: () => running.close(),
  };
}

function countTokens(log: TokenLog): Face {
  return async (store, shop, request) => {
    const answer = await handleTokens(store, shop, request);
    if (answer === null) return null;
    const kind = readFields(request)["grant_type"] === "refresh_token" ? "refresh" : "exchange";
    log[kind === "refresh" ? "refreshes" : "exchanges"] += 1;
    // Long enough for requests that start at the same time to overlap.
    await new Promise((resolve) => setTimeout(resolve, 40));
    return log.answer ? log.answer(kind, answer) : answer;
  };
}

/** The signed query of an app proxy request. */
export function signedProxyQuery(parameters: Record<string, string>, secret = "test-client-secret"): URLSearchParams {
  const text = Object.keys(parameters)
    .sort()
    .map((name) => `${name}=${parameters[name]}`)
    .join("");
  const signature = createHmac("sha256", secret).update(text).digest("hex");
  return new URLSearchParams({ ...parameters, signature });
}
