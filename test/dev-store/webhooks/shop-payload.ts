// The body about the shop itself, and the bodies of the three compliance topics.

import type { Emission, ShopState, Store } from "../model.ts";
import { countryName } from "./address-payload.ts";
import { exact } from "./serialise.ts";
import { offsetAt, shopTime } from "./shop-time.ts";

const TOWNS: Record<string, { city: string; province: string; code: string; zip: string }> = {
  GB: { city: "Leicester", province: "England", code: "ENG", zip: "LE1 5WW" },
  IN: { city: "Ahmedabad", province: "Gujarat", code: "GJ", zip: "380001" },
  US: { city: "Portland", province: "Oregon", code: "OR", zip: "97205" },
};

export function shopPayload(store: Store, shop: ShopState): unknown {
  const town = TOWNS[shop.country] ?? { city: "Springfield", province: "", code: "", zip: "10000" };
  const now = store.clock.now();
  return {
    id: exact(shop.id),
    name: shop.name,
    email: shop.email,
    domain: shop.domain,
    province: town.province,
    country: shop.country,
    address1: "12 Market Street",
    zip: town.zip,
    city: town.city,
    source: null,
    phone: "",
    latitude: null,
    longitude: null,
    primary_locale: shop.locale,
    address2: null,
    created_at: shopTime(shop, shop.createdAt),
    updated_at: shopTime(shop, now.toISOString()),
    country_code: shop.country,
    country_name: countryName(shop.country),
    currency: shop.currency,
    customer_email: shop.email,
    timezone: `(GMT${offsetAt(shop.timeZone, now.getTime())}) ${shop.timeZone}`,
    iana_timezone: shop.timeZone,
    shop_owner: "Asha Patel",
    money_format: `${shop.currency} {{amount}}`,
    money_with_currency_format: `{{amount}} ${shop.currency}`,
    weight_unit: "kg",
    province_code: town.code,
    taxes_included: false,
    auto_configure_tax_inclusivity: null,
    tax_shipping: null,
    county_taxes: null,
    plan_display_name: shop.plan.replace(/^./, (sign) => sign.toUpperCase()),
    plan_name: shop.plan,
    has_discounts: shop.discounts.size > 0,
    has_gift_cards: false,
    myshopify_domain: shop.domain,
    google_apps_domain: null,
    google_apps_login_enabled: null,
    money_in_emails_format: `${shop.currency} {{amount}}`,
    money_with_currency_in_emails_format: `{{amount}} ${shop.currency}`,
    eligible_for_payments: true,
    requires_extra_payments_agreement: false,
    password_enabled: false,
    has_storefront: true,
    finances: true,
    primary_location_id: exact(`${shop.id}1`),
    checkout_api_supported: true,
    multi_location_enabled: true,
    setup_required: false,
    pre_launch_enabled: false,
    enabled_presentment_currencies: [shop.currency],
    marketing_sms_consent_enabled_at_checkout: true,
    transactional_sms_disabled: false,
  };
}

/** `data`: the customer's e-mail and phone before the deletion, and the ids of the orders. */
export function dataRequest(_store: Store, shop: ShopState, emission: Emission): unknown {
  return {
    ...person(shop, emission),
    orders_requested: orderIds(emission),
    data_request: { id: exact(String(emission.data?.["requestId"] ?? "9999")) },
  };
}

export function redactCustomer(_store: Store, shop: ShopState, emission: Emission): unknown {
  return { ...person(shop, emission), orders_to_redact: orderIds(emission) };
}

export function redactShop(_store: Store, shop: ShopState): unknown {
  return { shop_id: exact(shop.id), shop_domain: shop.domain };
}

function person(shop: ShopState, { resourceId, data }: Emission): Record<string, unknown> {
  return {
    shop_id: exact(shop.id),
    shop_domain: shop.domain,
    customer: { id: exact(resourceId), email: data?.["email"] ?? null, phone: data?.["phone"] ?? null },
  };
}

function orderIds({ data }: Emission): unknown[] {
  const ids = data?.["orderIds"];
  return Array.isArray(ids) ? ids.map((id) => exact(String(id))) : [];
}
