// An action of a person happens at one time and under one event id, and the shop tells of it.

import { randomUUID } from "node:crypto";
import type { Emission, ShopState, Store } from "./model.ts";

/** The store's time as resources carry it: whole seconds, as at Shopify, so two changes may bear the same time. */
export function stamp(store: Store): string {
  return `${store.clock.now().toISOString().slice(0, 19)}Z`;
}

export function newEventId(): string {
  return randomUUID();
}

export function emitAll(store: Store, shop: ShopState, eventId: string, emissions: Omit<Emission, "eventId">[]): void {
  for (const emission of emissions) store.emit(shop, { ...emission, eventId });
}
