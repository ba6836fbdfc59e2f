// The builder of each topic's body.

import type { Emission, ShopState, Store } from "../model.ts";
import { bulkOperationsFinish, discountTopic, scopesUpdate, segmentTopic, segmentVisit } from "./event-payload.ts";
import {
  customerDelete,
  customerMerge,
  customerPayload,
  emailConsent,
  purchasingSummary,
  smsConsent,
  tagChange,
} from "./customer-payload.ts";
import { fulfilmentEventPayload, fulfilmentPayload } from "./fulfilment-payload.ts";
import { orderPayload, refundPayload } from "./order-payload.ts";
import { productPayload } from "./product-payload.ts";
import { dataRequest, redactCustomer, redactShop, shopPayload } from "./shop-payload.ts";
import { exact } from "./serialise.ts";

type Builder = (store: Store, shop: ShopState, emission: Emission) => unknown;

const onlyId: Builder = (_store, _shop, emission) => ({ id: exact(emission.resourceId) });

const BUILDERS: Record<string, Builder> = {
  "app/uninstalled": shopPayload,
  "app/scopes_update": scopesUpdate,
  "shop/update": shopPayload,
  "shop/redact": redactShop,
  "customers/data_request": dataRequest,
  "customers/redact": redactCustomer,
  "customers/create": customerPayload,
  "customers/update": customerPayload,
  "customers/enable": customerPayload,
  "customers/disable": customerPayload,
  "customers/delete": customerDelete,
  "customers/merge": customerMerge,
  "customers/purchasing_summary": purchasingSummary,
  "customer.tags_added": tagChange,
  "customer.tags_removed": tagChange,
  "customer.joined_segment": segmentVisit,
  "customer.left_segment": segmentVisit,
  "customers_email_marketing_consent/update": emailConsent,
  "customers_marketing_consent/update": smsConsent,
  "orders/create": orderPayload,
  "orders/updated": orderPayload,
  "orders/paid": orderPayload,
  "orders/cancelled": orderPayload,
  "orders/fulfilled": orderPayload,
  "orders/delete": onlyId,
  "fulfillments/create": fulfilmentPayload,
  "fulfillments/update": fulfilmentPayload,
  "fulfillment_events/create": fulfilmentEventPayload,
  "refunds/create": refundPayload,
  "products/create": productPayload,
  "products/update": productPayload,
  "products/delete": onlyId,
  "segments/create": segmentTopic,
  "segments/update": segmentTopic,
  "segments/delete": onlyId,
  "discounts/create": discountTopic,
  "discounts/update": discountTopic,
  "discounts/delete": discountTopic,
  "bulk_operations/finish": bulkOperationsFinish,
};

export const TOPICS = Object.keys(BUILDERS);

export function buildPayload(store: Store, shop: ShopState, emission: Emission): unknown {
  const builder = BUILDERS[emission.topic];
  if (builder === undefined) throw new Error(`The store has no payload for ${emission.topic}.`);
  return builder(store, shop, emission);
}
