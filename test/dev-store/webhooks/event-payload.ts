// Topics whose body is an event with gids, and the topics of segments and discounts.

import type { Discount, Emission, ShopState, Store } from "../model.ts";
import { exact } from "./serialise.ts";
import { shopTime } from "./shop-time.ts";

/** `data`: the lists `previous` and `current` of scopes. */
export function scopesUpdate(store: Store, shop: ShopState, { resourceId, data }: Emission): unknown {
  return {
    id: exact(resourceId),
    shop_id: `gid://shopify/Shop/${shop.id}`,
    previous: data?.["previous"] ?? [],
    current: data?.["current"] ?? [],
    updated_at: store.clock.now().toISOString(),
  };
}

/** `data.segmentId`: the segment. The resource is the customer. */
export function segmentVisit(_store: Store, shop: ShopState, { resourceId, data }: Emission): unknown {
  return {
    shop_id: `gid://shopify/Shop/${shop.id}`,
    customer_id: `gid://shopify/Customer/${resourceId}`,
    segment_id: `gid://shopify/Segment/${String(data?.["segmentId"])}`,
  };
}

export function segmentTopic(_store: Store, shop: ShopState, { resourceId }: Emission): unknown {
  const segment = shop.segments.get(resourceId);
  if (segment === undefined) throw new Error(`No segment ${resourceId} in ${shop.domain}.`);
  const { id, name, query, creationDate, lastEditDate } = segment;
  return { id: exact(id), name, query, creationDate, lastEditDate };
}

export function discountTopic(store: Store, shop: ShopState, { topic, resourceId, data }: Emission): unknown {
  const discount = shop.discounts.get(resourceId);
  const method = discount?.method ?? data?.["method"];
  const admin_graphql_api_id = `gid://shopify/Discount${method === "automatic" ? "Automatic" : "Code"}Node/${resourceId}`;
  if (topic === "discounts/delete") return { admin_graphql_api_id, deleted_at: store.clock.now().toISOString() };
  if (discount === undefined) throw new Error(`No discount ${resourceId} in ${shop.domain}.`);
  return {
    admin_graphql_api_id,
    title: discount.title,
    status: statusOf(discount, store.clock.now().toISOString()),
    created_at: shopTime(shop, discount.createdAt),
    updated_at: shopTime(shop, discount.updatedAt),
  };
}

function statusOf(discount: Discount, now: string): string {
  if (discount.startsAt > now) return "SCHEDULED";
  return discount.endsAt !== null && discount.endsAt <= now ? "EXPIRED" : "ACTIVE";
}

/** `data`: `createdAt`, `completedAt`, `status`, `type` and `errorCode` in the lower case of the body. */
export function bulkOperationsFinish(store: Store, shop: ShopState, { resourceId, data }: Emission): unknown {
  const now = shopTime(shop, store.clock.now().toISOString());
  return {
    admin_graphql_api_id: `gid://shopify/BulkOperation/${resourceId}`,
    completed_at: data?.["completedAt"] ?? now,
    created_at: data?.["createdAt"] ?? now,
    error_code: data?.["errorCode"] ?? null,
    status: data?.["status"] ?? "completed",
    type: data?.["type"] ?? "query",
  };
}
