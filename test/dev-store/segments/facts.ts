// The values of a customer that the language's filters read.

import { amountSpent, ordersOf } from "../history.ts";
import type { Address, Customer, Metafield, Order, ShopState } from "../model.ts";
import { rfmScores } from "./rfm.ts";

/** Dates are instants and numbers are whole millionths, so that money needs no float. */
export type Fact = string | number | bigint | boolean | string[] | null;
type Reader = (shop: ShopState) => (customer: Customer) => Fact;

const MILLION = 1_000_000n;

export function scaled(text: string): bigint {
  const [whole = "0", fraction = ""] = text.replace("-", "").split(".");
  const size = BigInt(whole) * MILLION + BigInt(fraction.slice(0, 6).padEnd(6, "0"));
  return text.startsWith("-") ? -size : size;
}

function orderDates(shop: ShopState, customer: Customer): number[] {
  return ordersOf(shop, customer.id).map((order: Order) => Date.parse(order.processedAt));
}

function region(address: Address): string[] {
  return address.countryCode === null || address.provinceCode === null
    ? []
    : [`${address.countryCode}-${address.provinceCode}`];
}

function city(address: Address): string[] {
  if (address.countryCode === null || address.city === "") return [];
  const parts = [address.countryCode, address.provinceCode, address.city.replace(/\s+/g, "")];
  return [parts.filter((part) => part !== null).join("-")];
}

const READERS: Record<string, Reader> = {
  abandoned_checkout_date: () => () => null,
  amount_spent: (shop) => (one) => BigInt(amountSpent(shop, one.id)),
  companies: () => () => [],
  created_by_app_id: () => () => null,
  customer_account_status: () => (one) => one.state,
  customer_added_date: () => (one) => Date.parse(one.createdAt),
  customer_cities: () => (one) => one.addresses.flatMap(city),
  customer_countries: () => (one) => one.addresses.flatMap((address) => address.countryCode ?? []),
  customer_email_domain: () => (one) => one.email?.split("@")[1] ?? null,
  customer_language: () => (one) => one.locale,
  customer_regions: () => (one) => one.addresses.flatMap(region),
  customer_tags: () => (one) => one.tags,
  email_subscription_status: () => (one) => one.emailConsent.state,
  first_order_date: (shop) => (one) => orderDates(shop, one).reduce<number | null>(least, null),
  last_order_date: (shop) => (one) => orderDates(shop, one).reduce<number | null>(greatest, null),
  number_of_orders: (shop) => (one) => BigInt(ordersOf(shop, one.id).length) * MILLION,
  predicted_spend_tier: (shop) => {
    const { tiers } = rfmScores(shop);
    return (one) => tiers.get(one.id) ?? null;
  },
  product_subscription_status: () => () => "NEVER_SUBSCRIBED",
  rfm_group: (shop) => {
    const { groups } = rfmScores(shop);
    return (one) => groups.get(one.id) ?? "PROSPECTS";
  },
  sms_subscription_status: () => (one) => one.smsConsent.state,
};

function least(a: number | null, b: number): number {
  return a === null ? b : Math.min(a, b);
}

function greatest(a: number | null, b: number): number {
  return a === null ? b : Math.max(a, b);
}

export function readerOf(name: string, shop: ShopState): (customer: Customer) => Fact {
  const reader = READERS[name];
  if (reader === undefined) throw new Error(`The dev store reads no ${name} of a customer.`);
  return reader(shop);
}

export function metafieldFact(metafield: Metafield | undefined): Fact {
  if (metafield === undefined) return null;
  const { type, value } = metafield;
  if (type === "number_integer" || type === "number_decimal") return scaled(value);
  if (type === "boolean") return value === "true";
  if (type === "date_time") return Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(value) ? value : `${value}Z`);
  if (!type.startsWith("list.")) return value;
  const list: unknown = JSON.parse(value);
  return Array.isArray(list) ? list.map(String) : [];
}
