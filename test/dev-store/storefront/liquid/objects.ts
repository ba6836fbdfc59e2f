// Liquid's objects as Shopify gives them to templates and app blocks. Money is in hundredths.

import { Drop } from "liquidjs";
import { collectionsOf } from "../../collections.ts";
import { amountSpent, allOrdersOf, ordersOf } from "../../history.ts";
import type { Address, Customer, Order, Product, ShopState, Store, Variant } from "../../model.ts";
import { toAmount } from "../../money.ts";
import { toHundredths } from "../money.ts";
import { picturePath } from "../picture.ts";
import { metafieldsOf } from "./metafields.ts";

const RIGHT_TO_LEFT = new Set(["ar", "he", "fa", "ur"]);

/** `template` prints and compares as its name, and has `name`, `directory` and `suffix`. */
export class TemplateDrop extends Drop {
  name: string;
  directory: string | null;
  suffix = null;

  constructor(path: string) {
    super();
    const [first = "", second] = path.split("/");
    this.name = second ?? first;
    this.directory = second === undefined ? null : first;
  }

  override valueOf(): string {
    return this.directory === null ? this.name : `${this.directory}/${this.name}`;
  }

  override toString(): string {
    return this.valueOf();
  }
}

export function directionOf(locale: string): "ltr" | "rtl" {
  return RIGHT_TO_LEFT.has(locale.split("-")[0] ?? "") ? "rtl" : "ltr";
}

export function languageObject(locale: string, chosen: string): object {
  const name = (code: string): string => new Intl.DisplayNames([code], { type: "language" }).of(locale) ?? locale;
  return { iso_code: locale, name: name("en"), endonym_name: name(locale), primary: locale === chosen, root_url: "/" };
}

export function shopObject(store: Store, shop: ShopState): object {
  return {
    id: Number(shop.id),
    name: shop.name,
    email: shop.email,
    domain: shop.domain,
    permanent_domain: shop.domain,
    url: "",
    secure_url: "",
    currency: shop.currency,
    money_format: "{{amount}}",
    locale: shop.locale,
    description: "",
    products_count: shop.products.size,
    customer_accounts_enabled: true,
    metafields: metafieldsOf(store, shop, `gid://shopify/Shop/${shop.id}`),
  };
}

export function variantObject(variant: Variant, product: Product): object {
  return {
    id: Number(variant.id),
    title: variant.title,
    sku: variant.sku,
    price: toHundredths(variant.price),
    compare_at_price: null,
    available: true,
    url: `/products/${product.handle}?variant=${variant.id}`,
  };
}

export function productObject(store: Store, shop: ShopState, product: Product): object {
  const image = { src: picturePath(product), alt: product.title, width: 800, height: 800 };
  const prices = product.variants.map(({ price }) => toHundredths(price));
  const variants = product.variants.map((variant) => variantObject(variant, product));
  return {
    id: Number(product.id),
    handle: product.handle,
    title: product.title,
    description: product.descriptionHtml,
    content: product.descriptionHtml,
    vendor: product.vendor,
    type: product.productType,
    tags: product.tags,
    price: prices[0] ?? 0,
    price_min: Math.min(...prices),
    price_max: Math.max(...prices),
    price_varies: new Set(prices).size > 1,
    available: true,
    url: `/products/${product.handle}`,
    featured_image: image,
    images: [image],
    variants,
    selected_or_first_available_variant: variants[0] ?? null,
    first_available_variant: variants[0] ?? null,
    has_only_default_variant: variants.length === 1,
    created_at: product.createdAt,
    collections: collectionsOf(shop)
      .filter(({ products }) => products.some(({ id }) => id === product.id))
      .map(({ id, title, handle }) => ({ id: Number(id), title, handle })),
    metafields: metafieldsOf(store, shop, `gid://shopify/Product/${product.id}`),
  };
}

function addressObject(address: Address | undefined): object | null {
  if (address === undefined) return null;
  return {
    id: Number(address.id),
    first_name: address.firstName,
    last_name: address.lastName,
    name: `${address.firstName} ${address.lastName}`,
    address1: address.address1,
    city: address.city,
    zip: address.zip,
    province_code: address.provinceCode,
    country_code: address.countryCode,
    phone: address.phone,
  };
}

function orderObject(order: Order): object {
  return {
    id: Number(order.id),
    name: order.name,
    order_number: order.number,
    created_at: order.processedAt,
    total_price: toHundredths(order.total),
    cancelled: order.cancelledAt !== null,
    financial_status: order.refunds.length > 0 ? "refunded" : "paid",
    item_count: order.lineItems.reduce((count, { quantity }) => count + quantity, 0),
    line_items: order.lineItems.map((line) => ({
      title: line.title,
      quantity: line.quantity,
      price: toHundredths(line.price),
      sku: line.sku,
    })),
    discount_codes: order.discountCodes.map(({ code }) => code),
  };
}

export function customerObject(store: Store, shop: ShopState, customer: Customer): object {
  const orders = allOrdersOf(shop, customer.id);
  return {
    id: Number(customer.id),
    email: customer.email,
    phone: customer.phone,
    first_name: customer.firstName,
    last_name: customer.lastName,
    name: `${customer.firstName} ${customer.lastName}`.trim(),
    has_account: true,
    accepts_marketing: customer.emailConsent.state === "SUBSCRIBED",
    tags: customer.tags,
    orders_count: ordersOf(shop, customer.id).length,
    total_spent: toHundredths(toAmount(amountSpent(shop, customer.id), shop.currency)),
    orders: orders.slice(-20).reverse().map(orderObject),
    last_order: orders.length > 0 ? orderObject(orders[orders.length - 1] as Order) : null,
    addresses: customer.addresses.map(addressObject),
    addresses_count: customer.addresses.length,
    default_address: addressObject(customer.addresses.find(({ id }) => id === customer.defaultAddressId)),
    metafields: metafieldsOf(store, shop, `gid://shopify/Customer/${customer.id}`),
  };
}
