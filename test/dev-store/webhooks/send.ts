// Turns an event of the shop into the webhooks that the app subscribed to.

import { randomUUID } from "node:crypto";
import type { Delivery, Emission, ShopState, Store, Subscription } from "../model.ts";
import { enqueue } from "./deliver.ts";
import { matchesFilter, pickFields } from "./narrow.ts";
import { buildPayload } from "./payload.ts";
import { serialise } from "./serialise.ts";
import { maySee } from "./topic-scopes.ts";

/** Topics that are sent even if the app is not installed. */
const ALWAYS = new Set(["app/uninstalled", "customers/data_request", "customers/redact", "shop/redact"]);

export function sendWebhooks(store: Store, shop: ShopState, emission: Emission): void {
  if (store.muted.has(emission.topic)) return;
  if (shop.installation === null && !ALWAYS.has(emission.topic)) return;
  const subscriptions = store.app.subscriptions.filter((subscription) => subscription.topic === emission.topic);
  if (subscriptions.length === 0) return;
  if (shop.installation !== null && !maySee(shop.installation.scopes, emission.topic)) return;
  const payload = buildPayload(store, shop, emission);
  let whole: Buffer | null = null;
  for (const subscription of subscriptions) {
    if (subscription.filter !== null && !matchesFilter(payload, subscription.filter)) continue;
    if (subscription.includeFields.length > 0) {
      send(store, shop, emission, subscription, serialise(pickFields(payload, subscription.includeFields)));
    } else {
      whole ??= serialise(payload);
      send(store, shop, emission, subscription, whole);
    }
  }
}

function send(store: Store, shop: ShopState, emission: Emission, subscription: Subscription, body: Buffer): void {
  const delivery: Delivery = {
    webhookId: randomUUID(),
    eventId: emission.eventId,
    shop: shop.domain,
    topic: emission.topic,
    resourceId: emission.resourceId,
    uri: subscription.uri,
    name: subscription.name,
    triggeredAt: store.clock.now().toISOString(),
    state: "waiting",
    attempts: [],
    bytes: body.length,
    body,
  };
  store.outbox.counts.emitted++;
  enqueue(store, delivery);
}
