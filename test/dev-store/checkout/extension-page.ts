// The document in which one UI extension runs: its own realm, with the order's data and the extension's built bundle.

import { createHash } from "node:crypto";
import { join } from "node:path";
import { escapeHtml, readCookie, type StoreRequest } from "../http.ts";
import { tunnelOrigin } from "../admin/frame.ts";
import { ordersOf } from "../history.ts";
import type { Order, ShopState, Store } from "../model.ts";
import { readLocale, readUiExtensions, type UiExtension } from "../storefront/extension-files.ts";
import { directionOf } from "../storefront/liquid/objects.ts";
import { metafieldsOf } from "../storefront/liquid/metafields.ts";
import type { Visit } from "../storefront/visit.ts";
import { CHECKOUT_CDN } from "./page.ts";

export const THANK_YOU = "purchase.thank-you.block.render";

export type PlacedExtension = { extension: UiExtension; target: string; settings: Record<string, unknown> };

/** The extensions that the merchant placed on this page and that the project still has. */
export function placedExtensions(store: Store, shop: ShopState, target: string): PlacedExtension[] {
  if (shop.installation === null) return [];
  const extensions = readUiExtensions(store);
  return shop.checkoutBlocks.flatMap((placed) => {
    const extension = extensions.find((entry) => entry.folder === placed.extension);
    const fits = placed.target === target && extension?.targets.some((entry) => entry.target === target);
    return extension && fits ? [{ extension, target, settings: placed.settings }] : [];
  });
}

/** The path of the built bundle: dist/{folder}.js. */
export function bundlePath(extension: UiExtension): string {
  return join(extension.path, "dist", `${extension.folder}.js`);
}

/** A confirmation number for the shopper, derived from the checkout, with letters and digits as Shopify's. */
export function confirmationNumber(order: Order): string {
  const hash = createHash("sha256")
    .update(order.checkoutToken ?? order.id)
    .digest("hex");
  return BigInt(`0x${hash.slice(0, 14)}`)
    .toString(36)
    .toUpperCase()
    .slice(0, 9);
}

function consentOf(shop: ShopState, request: StoreRequest): object {
  let said: Record<string, string> = {};
  try {
    said = JSON.parse(readCookie(request, "_tracking_consent") ?? "{}") as Record<string, string>;
  } catch {
    said = {};
  }
  const allowed = (purpose: string): boolean => said[purpose] !== "no";
  const of = (purpose: string): boolean | undefined => (said[purpose] ? said[purpose] === "yes" : undefined);
  return {
    allowedProcessing: {
      analytics: allowed("analytics"),
      marketing: allowed("marketing"),
      preferences: allowed("preferences"),
      saleOfData: allowed("sale_of_data"),
    },
    visitorConsent: {
      analytics: of("analytics"),
      marketing: of("marketing"),
      preferences: of("preferences"),
      saleOfData: of("sale_of_data"),
    },
    shouldShowBanner: false,
    saleOfDataRegion: false,
    metafields: [],
    region: { countryCode: shop.country },
  };
}

/** The metafields that the extension's configuration requests, of the shop and of a signed-in customer. */
function appMetafieldsOf(store: Store, shop: ShopState, extension: UiExtension, visit: Visit): object[] {
  const owners = [{ type: "shop", gid: `gid://shopify/Shop/${shop.id}`, id: shop.id }];
  if (visit.shopper)
    owners.push({ type: "customer", gid: `gid://shopify/Customer/${visit.shopper.id}`, id: visit.shopper.id });
  return owners.flatMap(({ type, gid, id }) => {
    const found = metafieldsOf(store, shop, gid);
    return extension.metafields.flatMap(({ namespace, key }) => {
      const metafield = found[namespace]?.[key];
      if (metafield === undefined) return [];
      const value = typeof metafield.value === "string" ? metafield.value : JSON.stringify(metafield.value);
      return [
        { target: { type, id }, metafield: { namespace, key, value, valueType: "json_string", type: metafield.type } },
      ];
    });
  });
}

function linesOf(shop: ShopState, order: Order): object[] {
  return order.lineItems.map((line) => ({
    id: `gid://shopify/CartLine/${line.id}`,
    quantity: line.quantity,
    merchandise: {
      type: "variant",
      id: `gid://shopify/ProductVariant/${line.variantId}`,
      title: line.title,
      selectedOptions: [],
      requiresShipping: true,
      sku: line.sku,
      product: { id: `gid://shopify/Product/${line.productId}`, vendor: "", productType: "" },
    },
    cost: {
      totalAmount: { amount: Number(line.price) * line.quantity - Number(line.discount), currencyCode: shop.currency },
    },
    attributes: [],
    discountAllocations: [],
    lineComponents: [],
    parentRelationship: null,
  }));
}

function factsOf(
  store: Store,
  shop: ShopState,
  request: StoreRequest,
  visit: Visit,
  order: Order,
  placed: PlacedExtension,
): object {
  const { extension, target, settings } = placed;
  const { locale, words, fallback } = readLocale(extension.path, visit.locale);
  const money = (amount: string): object => ({ amount: Number(amount), currencyCode: shop.currency });
  const storeOrigin = `http://${request.headers["host"] ?? `127.0.0.1:${store.config.port}`}`;
  const appOrigin = store.app.applicationUrl ? new URL(store.app.applicationUrl).origin : null;
  const { shopper } = visit;
  return {
    handle: extension.handle,
    target,
    apiVersion: extension.apiVersion,
    scriptUrl: `${storeOrigin}/checkouts/${order.checkoutToken}/extensions/${extension.folder}/bundle.js`,
    networkAccess: extension.networkAccess,
    addresses: { [`https://${shop.domain}`]: storeOrigin, ...(appOrigin && { [appOrigin]: tunnelOrigin(store) }) },
    locale: visit.locale,
    extensionLocale: locale,
    words,
    fallback,
    currency: shop.currency,
    shop: {
      id: `gid://shopify/Shop/${shop.id}`,
      name: shop.name,
      storefrontUrl: `https://${shop.domain}`,
      myshopifyDomain: shop.domain,
    },
    orderConfirmation: {
      order: { id: `gid://shopify/Order/${order.id}` },
      number: confirmationNumber(order),
      isFirstOrder: order.customerId === null || ordersOf(shop, order.customerId).length <= 1,
    },
    settings,
    appMetafields: appMetafieldsOf(store, shop, extension, visit),
    attributes: order.noteAttributes.map(({ name, value }) => ({ key: name, value })),
    buyerIdentity: {
      customer: shopper
        ? { id: `gid://shopify/Customer/${shopper.id}`, email: shopper.email, firstName: shopper.firstName }
        : undefined,
      email: order.email ?? undefined,
    },
    checkoutToken: order.checkoutToken,
    cost: {
      subtotalAmount: money(order.total),
      totalShippingAmount: money(order.shipping),
      totalTaxAmount: money(order.tax),
      totalAmount: money(order.total),
    },
    customerPrivacy: consentOf(shop, request),
    discountCodes: order.discountCodes.map(({ code }) => ({ code })),
    lines: linesOf(shop, order),
    localization: {
      country: { isoCode: shop.country },
      currency: { isoCode: shop.currency },
      extensionLanguage: { isoCode: locale },
      language: { isoCode: visit.locale },
      market: undefined,
      timezone: shop.timeZone,
    },
    note: order.note ?? undefined,
  };
}

/** Without network_access the browser itself refuses every connection of this document. */
export function extensionDocument(
  store: Store,
  shop: ShopState,
  request: StoreRequest,
  visit: Visit,
  order: Order,
  placed: PlacedExtension,
): { html: string; policy: string } {
  const facts = JSON.stringify(factsOf(store, shop, request, visit, order, placed)).replaceAll("<", "\\u003c");
  const page = `<!doctype html>
<html lang="${escapeHtml(visit.locale)}" dir="${directionOf(visit.locale)}">
<head><meta charset="utf-8"><title>${escapeHtml(placed.extension.name)}</title><link rel="stylesheet" href="${CHECKOUT_CDN}/extension.css">
<script type="application/json" id="facts">${facts}</script><script type="module" src="${CHECKOUT_CDN}/extension-host.js"></script></head>
<body></body></html>`;
  return { html: page, policy: `connect-src ${placed.extension.networkAccess ? "*" : "'none'"}` };
}
