// Events that scripts of storefront and checkout publish to Shopify's analytics, kept for inspection.

import type { ShopState } from "../model.ts";

type PublishedEvent = { name: string; data: unknown };
const KEPT = 1000;
const published = new WeakMap<ShopState, PublishedEvent[]>();

/** `text`: JSON with a name and data. Other texts are ignored. */
export function publishEvent(shop: ShopState, text: string): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return;
  }
  if (typeof value !== "object" || value === null || !("name" in value) || typeof value.name !== "string") return;
  const events = publishedEvents(shop);
  events.push({ name: value.name, data: "data" in value ? value.data : null });
  if (events.length > KEPT) events.shift();
}

export function publishedEvents(shop: ShopState): PublishedEvent[] {
  const events = published.get(shop) ?? [];
  published.set(shop, events);
  return events;
}
