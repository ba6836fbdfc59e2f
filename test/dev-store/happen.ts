// An action of a person has one time and one event id. The store emits its webhooks.

import { randomUUID } from "node:crypto";
import type { Emission, ShopState, Store } from "./model.ts";

/** The store's time as resources have it: in whole seconds, as at Shopify. Two changes may have the same time. */
export function stamp(store: Store): string {
  return `${store.clock.now().toISOString().slice(0, 19)}Z`;
}

export function newEventId(): string {
  return randomUUID();
}

export function emitAll(store: Store, shop: ShopState, eventId: string, emissions: Omit<Emission, "eventId">[]): void {
  for (const emission of emissions) store.emit(shop, { ...emission, eventId });
}
