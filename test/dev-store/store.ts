// The store as one value: its shops, its clock and its webhooks. Saved in a file if the configuration names one.

import { createHash } from "node:crypto";
import { createClock } from "./clock.ts";
import { awaitRedaction } from "./commands/app.ts";
import type { ShopState, Store, StoreConfig } from "./model.ts";
import { stamp } from "./happen.ts";
import { loadSnapshot, scheduleSave } from "./snapshot.ts";
import { strictSwitches } from "./switches.ts";
import { readAppConfig } from "./toml.ts";
import { resumeAll } from "./webhooks/deliver.ts";
import { createOutbox } from "./webhooks/outbox.ts";
import { sendWebhooks } from "./webhooks/send.ts";

/** Shopify does not publish the lag. This is long enough that code which relies on an up-to-date index fails. */
const LAG = 200;

export function createStore(config: StoreConfig): Store {
  const snapshot = config.snapshot === undefined ? null : loadSnapshot(config.snapshot);
  const app = readAppConfig(config.projectDir);
  const store: Store = {
    config: { ...config, apiKey: config.apiKey || app.clientId },
    app,
    clock: createClock(config.clockSpeed, snapshot?.now),
    shops: snapshot?.shops ?? new Map(),
    faults: new Map(),
    lag: { search: config.lag ?? LAG, segments: config.lag ?? LAG },
    outbox: createOutbox(),
    muted: new Set(),
    switches: strictSwitches(),
    touch() {
      store.changedAt = store.clock.now().getTime();
      scheduleSave(store);
    },
    emit(shop, emission) {
      sendWebhooks(store, shop, emission);
      store.touch();
    },
    newId(shop) {
      shop.lastId = String(BigInt(shop.lastId) + 1n);
      return shop.lastId;
    },
  };
  resumeAll(store, snapshot?.open ?? []);
  for (const shop of store.shops.values()) awaitRedaction(store, shop);
  return store;
}

export type ShopSettings = Partial<
  Pick<ShopState, "name" | "email" | "currency" | "timeZone" | "locale" | "country" | "plan" | "createdAt" | "lastId">
>;

/** The same for a domain in every run, so that a shop of an earlier run is recognised. */
function shopIdOf(domain: string): string {
  const digest = createHash("sha256").update(domain).digest();
  return String(60_000_000_000 + digest.readUInt32BE(0));
}

/** Makes a new, empty shop under this domain, and replaces an existing one. */
export function addShop(store: Store, domain: string, settings: ShopSettings = {}): ShopState {
  const lastId = settings.lastId ?? "6700000000000";
  const shop: ShopState = {
    id: shopIdOf(domain),
    domain,
    name: domain.replace(/\..*$/, ""),
    email: "owner@example.com",
    currency: "GBP",
    timeZone: "Europe/London",
    locale: "en",
    country: "GB",
    plan: "basic",
    customers: new Map(),
    products: new Map(),
    orders: new Map(),
    discounts: new Map(),
    segments: new Map(),
    metafields: new Map(),
    metafieldDefinitions: new Map(),
    installation: null,
    themeBlocks: [],
    checkoutBlocks: [],
    createdAt: stamp(store),
    redactAt: null,
    lastOrderNumber: 1000,
    ...settings,
    lastId,
  };
  store.shops.set(domain, shop);
  store.touch();
  return shop;
}
