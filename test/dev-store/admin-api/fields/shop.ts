import type { ShopState } from "../../model.ts";
import { offsetAt } from "../../webhooks/shop-time.ts";
import type { Context, Fields } from "../context.ts";
import { gid } from "../gid.ts";
import { countryName } from "./address.ts";
import { metafieldOwner } from "./metafield.ts";

const PLANS: Record<string, string> = {
  basic: "Basic",
  professional: "Grow",
  unlimited: "Advanced",
  shopify_plus: "Shopify Plus",
  partner_test: "Development",
};

export const shopFields: Fields = {
  ...metafieldOwner((shop: ShopState) => gid("Shop", shop.id)),
  id: (shop: ShopState) => gid("Shop", shop.id),
  name: (shop: ShopState) => shop.name,
  email: (shop: ShopState) => shop.email,
  contactEmail: (shop: ShopState) => shop.email,
  description: () => null,
  myshopifyDomain: (shop: ShopState) => shop.domain,
  url: (shop: ShopState) => `https://${shop.domain}`,
  primaryDomain: (shop: ShopState) => domainOf(shop),
  currencyCode: (shop: ShopState) => shop.currency,
  enabledPresentmentCurrencies: (shop: ShopState) => [shop.currency],
  currencyFormats: (shop: ShopState) => {
    const format = `${shop.currency} {{amount}}`;
    return {
      moneyFormat: format,
      moneyWithCurrencyFormat: format,
      moneyInEmailsFormat: format,
      moneyWithCurrencyInEmailsFormat: format,
    };
  },
  ianaTimezone: (shop: ShopState) => shop.timeZone,
  timezoneAbbreviation: (shop: ShopState, _args: never, { store }: Context) => shortZone(shop, store.clock.now()),
  timezoneOffset: (shop: ShopState, _args: never, { store }: Context) => offset(shop, store.clock.now()),
  timezoneOffsetMinutes: (shop: ShopState, _args: never, { store }: Context) => {
    const text = offset(shop, store.clock.now());
    const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(3));
    return text.startsWith("-") ? -minutes : minutes;
  },
  plan: (shop: ShopState) => {
    const displayName = PLANS[shop.plan] ?? shop.plan;
    return {
      displayName,
      publicDisplayName: displayName,
      partnerDevelopment: shop.plan === "partner_test",
      shopifyPlus: shop.plan === "shopify_plus",
    };
  },
  billingAddress: addressOf,
  shopAddress: addressOf,
  shopOwnerName: () => "Store Owner",
  createdAt: (shop: ShopState) => shop.createdAt,
  updatedAt: (shop: ShopState) => shop.createdAt,
  taxesIncluded: () => false,
  taxShipping: () => false,
  setupRequired: () => false,
  checkoutApiSupported: () => true,
  transactionalSmsDisabled: () => false,
  marketingSmsConsentEnabledAtCheckout: () => false,
  orderNumberFormatPrefix: () => "#",
  orderNumberFormatSuffix: () => "",
  unitSystem: () => "METRIC_SYSTEM",
  weightUnit: () => "KILOGRAMS",
  customerAccounts: () => "OPTIONAL",
  customerAccountsV2: (shop: ShopState) => ({
    customerAccountsVersion: "NEW_CUSTOMER_ACCOUNTS",
    loginLinksVisibleOnStorefrontAndCheckout: true,
    loginRequiredAtCheckout: false,
    url: `https://${shop.domain}/account`,
  }),
};

function domainOf(shop: ShopState): Record<string, unknown> {
  return {
    id: gid("Domain", shop.id),
    host: shop.domain,
    url: `https://${shop.domain}`,
    sslEnabled: true,
    localization: null,
    marketWebPresence: null,
  };
}

function addressOf(shop: ShopState): Record<string, unknown> {
  const country = countryName(shop.country);
  return {
    id: gid("ShopAddress", shop.id),
    address1: "1 High Street",
    address2: null,
    city: "Leicester",
    company: shop.name,
    coordinatesValidated: false,
    country,
    countryCode: shop.country,
    countryCodeV2: shop.country,
    firstName: "Store",
    lastName: "Owner",
    name: "Store Owner",
    formatted: [shop.name, "1 High Street", "Leicester", country],
    formattedArea: `Leicester, ${country ?? ""}`,
    latitude: null,
    longitude: null,
    phone: null,
    province: null,
    provinceCode: null,
    zip: "LE1 4FN",
  };
}

/** `+0100` */
function offset(shop: ShopState, now: Date): string {
  return offsetAt(shop.timeZone, now.getTime()).replace(":", "");
}

function shortZone(shop: ShopState, now: Date): string {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: shop.timeZone, timeZoneName: "short" });
  return format.formatToParts(now).find((part) => part.type === "timeZoneName")?.value ?? shop.timeZone;
}
