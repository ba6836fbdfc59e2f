// Bodies of fulfillments/* and fulfillment_events/create. The resource of these emissions is the order.

import type { Emission, Fulfilment, Order, ShopState, Store } from "../model.ts";
import { orderAddress } from "./address-payload.ts";
import { lineItem } from "./line-item-payload.ts";
import { exact, exactOrNull } from "./serialise.ts";
import { shopTime } from "./shop-time.ts";

const CARRIER = "Royal Mail";

export function fulfilmentPayload(_store: Store, shop: ShopState, { resourceId }: Emission): unknown {
  const { order, fulfilment } = sentOrder(shop, resourceId);
  return fulfilmentFields(shop, order, fulfilment);
}

export function fulfilmentFields(shop: ShopState, order: Order, fulfilment: Fulfilment): unknown {
  const parcel = `RR${order.number}GB`;
  const tracking = `https://tracking.example.com/${parcel}`;
  return {
    admin_graphql_api_id: `gid://shopify/Fulfillment/${fulfilment.id}`,
    created_at: shopTime(shop, fulfilment.createdAt),
    destination: order.shippingAddress === null ? null : orderAddress(order.shippingAddress),
    email: order.email,
    id: exact(fulfilment.id),
    line_items: order.lineItems.map((line) => lineItem(shop, order, line)),
    location_id: exactOrNull(order.locationId),
    name: `${order.name}.1`,
    order_id: exact(order.id),
    origin_address: {},
    receipt: {},
    service: "manual",
    shipment_status: fulfilment.deliveredAt === null ? null : "delivered",
    status: "success",
    tracking_company: CARRIER,
    tracking_number: parcel,
    tracking_numbers: [parcel],
    tracking_url: tracking,
    tracking_urls: [tracking],
    updated_at: shopTime(shop, fulfilment.updatedAt),
  };
}

/** `data.eventId`: the event's own id. */
export function fulfilmentEventPayload(_store: Store, shop: ShopState, { resourceId, data }: Emission): unknown {
  const { order, fulfilment } = sentOrder(shop, resourceId);
  const id = String(data?.["eventId"]);
  const at = shopTime(shop, fulfilment.updatedAt);
  const address = order.shippingAddress;
  return {
    address1: address?.address1 ?? null,
    admin_graphql_api_id: `gid://shopify/FulfillmentEvent/${id}`,
    city: address?.city ?? null,
    country: address?.countryCode ?? shop.country,
    created_at: at,
    estimated_delivery_at: null,
    fulfillment_id: exact(fulfilment.id),
    happened_at: at,
    id: exact(id),
    latitude: null,
    longitude: null,
    message: "Delivered",
    order_id: exact(order.id),
    province: address?.provinceCode ?? null,
    shop_id: exact(shop.id),
    status: "delivered",
    updated_at: at,
    zip: address?.zip ?? null,
  };
}

function sentOrder(shop: ShopState, orderId: string): { order: Order; fulfilment: Fulfilment } {
  const order = shop.orders.get(orderId);
  if (!order?.fulfilment) throw new Error(`Order ${orderId} of ${shop.domain} was not sent.`);
  return { order, fulfilment: order.fulfilment };
}
