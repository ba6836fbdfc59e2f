// Events that scripts of the storefront or the checkout published to Shopify's analytics: kept, so that one can look.

import type { ShopState } from "../model.ts";

type PublishedEvent = { name: string; data: unknown };
const KEPT = 1000;
const published = new WeakMap<ShopState, PublishedEvent[]>();

/** `text` is JSON with a name and data; anything else is not an event. */
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
