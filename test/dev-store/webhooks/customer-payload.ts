// Bodies about customers. Since 2025-01 a customer has no tags, consents and totals: each has its own topic.

import { amountSpent, lastOrder, ordersOf } from "../history.ts";
import type { MergeJob } from "../merge/merge.ts";
import type { Customer, Emission, ShopState, Store } from "../model.ts";
import { toAmount } from "../money.ts";
import { customerAddress } from "./address-payload.ts";
import { exact } from "./serialise.ts";
import { shopTime, shopTimeOrNull } from "./shop-time.ts";

function find(shop: ShopState, id: string): Customer {
  const customer = shop.customers.get(id);
  if (customer === undefined) throw new Error(`No customer ${id} in ${shop.domain}.`);
  return customer;
}

/** The customer within an order, and most of the body of `customers/*`. */
export function slimCustomer(shop: ShopState, customer: Customer): Record<string, unknown> {
  const address = customer.addresses.find((entry) => entry.id === customer.defaultAddressId);
  return {
    id: exact(customer.id),
    created_at: shopTime(shop, customer.createdAt),
    updated_at: shopTime(shop, customer.updatedAt),
    first_name: customer.firstName,
    last_name: customer.lastName,
    state: customer.state.toLowerCase(),
    note: customer.note,
    verified_email: customer.verifiedEmail,
    multipass_identifier: null,
    tax_exempt: false,
    email: customer.email,
    phone: customer.phone,
    currency: shop.currency,
    tax_exemptions: [],
    admin_graphql_api_id: `gid://shopify/Customer/${customer.id}`,
    ...(address === undefined ? {} : { default_address: customerAddress(customer, address) }),
  };
}

export function customerPayload(_store: Store, shop: ShopState, { resourceId }: Emission): unknown {
  const customer = find(shop, resourceId);
  return {
    ...slimCustomer(shop, customer),
    addresses: customer.addresses.map((address) => customerAddress(customer, address)),
  };
}

export function customerDelete(_store: Store, _shop: ShopState, { resourceId }: Emission): unknown {
  return { id: exact(resourceId), tax_exemptions: [], admin_graphql_api_id: `gid://shopify/Customer/${resourceId}` };
}

/** `data.job`: the merge, finished or failed. */
export function customerMerge(_store: Store, _shop: ShopState, { data }: Emission): unknown {
  const job = data?.["job"] as MergeJob;
  return {
    admin_graphql_api_customer_kept_id: `gid://shopify/Customer/${job.keptId}`,
    admin_graphql_api_customer_deleted_id: `gid://shopify/Customer/${job.goneId}`,
    admin_graphql_api_job_id: `gid://shopify/Job/${job.id}`,
    status: job.status.toLowerCase(),
    errors: job.faults.map(({ customerIds, field, message }) => ({
      customer_ids: customerIds.map(exact),
      field,
      message,
    })),
  };
}

export function purchasingSummary(store: Store, shop: ShopState, { resourceId }: Emission): unknown {
  const last = lastOrder(shop, resourceId);
  return {
    customerId: `gid://shopify/Customer/${resourceId}`,
    numberOfOrders: ordersOf(shop, resourceId).length,
    amountSpent: { amount: toAmount(amountSpent(shop, resourceId), shop.currency), currencyCode: shop.currency },
    lastOrderId: last === null ? null : `gid://shopify/Order/${last.id}`,
    occurredAt: store.clock.now().toISOString(),
  };
}

/** `data.tags`: the tags that were added or removed. */
export function tagChange(store: Store, _shop: ShopState, { resourceId, data }: Emission): unknown {
  return {
    customerId: `gid://shopify/Customer/${resourceId}`,
    tags: data?.["tags"] ?? [],
    occurredAt: store.clock.now().toISOString(),
  };
}

export function emailConsent(_store: Store, shop: ShopState, { resourceId }: Emission): unknown {
  const { email, emailConsent: consent } = find(shop, resourceId);
  return {
    customer_id: exact(resourceId),
    email_address: email,
    email_marketing_consent: {
      state: consent.state.toLowerCase(),
      opt_in_level: consent.optInLevel?.toLowerCase() ?? null,
      consent_updated_at: shopTimeOrNull(shop, consent.updatedAt),
    },
  };
}

export function smsConsent(_store: Store, shop: ShopState, { resourceId }: Emission): unknown {
  const { phone, smsConsent: consent } = find(shop, resourceId);
  return {
    id: exact(resourceId),
    phone,
    sms_marketing_consent: {
      state: consent.state.toLowerCase(),
      opt_in_level: consent.optInLevel?.toLowerCase() ?? null,
      consent_updated_at: shopTimeOrNull(shop, consent.updatedAt),
      consent_collected_from: "shopify",
    },
  };
}
