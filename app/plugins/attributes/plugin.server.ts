// Shopify's own attributes and functions, as far as the stored data can answer them.
// https://shopify.dev/docs/api/shopifyql/segment-query-language-reference
import { consentStatusAt } from "../../customers/consent-status.server.ts";
import { ordersAt } from "../../customers/orders-then.server.ts";
import { type Sql, sql, trusted } from "../../db.server.ts";
import type { Attribute, Moment } from "../../segments/attribute.server.ts";
import { definePlugin } from "../plugin.ts";
import { ordersPlaced, productsPurchased } from "./functions.server.ts";
import { suggestCities, suggestDomains, suggestLanguages, suggestRegions, suggestTags } from "./suggest.server.ts";
import {
  ACCOUNT_STATUSES,
  COUNTRIES,
  EMAIL_STATUSES,
  inWords,
  RFM_GROUPS,
  SMS_STATUSES,
  SPEND_TIERS,
} from "./values.ts";

type Kind = Omit<Attribute, "label" | "sql">;

const attribute = (name: string, expression: Sql, kind: Kind): Attribute => ({
  label: `attributes.${name}`,
  ...kind,
  sql: () => expression,
});

/** An aggregate of the orders that the customer had placed by the moment. */
const ofOrdersBy =
  (value: string) =>
  ({ now }: Moment): Sql => sql`(
    select ${trusted(value)} from ${ordersAt(now)} o where o.shop_id = c.shop_id and o.customer_id = c.id)`;

/** Null before the first stored order of a customer with an opening balance, because orders in the opening balance have no dates. */
const numberOfOrdersBy = (moment: Moment): Sql => sql`(
  select case when c.opening_orders = 0 or placed.number > 0 then c.opening_orders + placed.number end
  from (select ${ofOrdersBy("count(*)")(moment)} as number) placed)`;

/** The distinct values of an expression over the customer's addresses. */
const ofAddresses = (value: string): Sql => sql`array(
  select distinct ${trusted(value)} from api.addresses a
  where a.shop_id = c.shop_id and a.customer_id = c.id and a.country_code is not null and ${trusted(value)} is not null)`;

const REGION = "a.country_code || '-' || a.region_code";
// CC-RR-CityNoSpaces. The region is left out for a country without regions.
const CITY = "concat_ws('-', a.country_code, a.region_code, replace(nullif(a.city, ''), ' ', ''))";

export const attributes = definePlugin({
  name: "attributes",
  contract: 1,
  label: "attributes.label",
  description: "attributes.description",
  attributes: {
    amount_spent: attribute("amount_spent", sql`c.amount_spent`, { type: "float", reads: ["orders"] }),
    created_by_app_id: attribute(
      "created_by_app_id",
      sql`case when c.created_by_app_id ~ '^[0-9]{1,19}$' then c.created_by_app_id::numeric end`,
      { type: "integer", reads: ["profile"] },
    ),
    customer_account_status: attribute("customer_account_status", sql`upper(c.account_status)`, {
      type: "enum",
      values: ACCOUNT_STATUSES,
      named: inWords("account", ACCOUNT_STATUSES),
      reads: ["profile"],
    }),
    customer_added_date: attribute("customer_added_date", sql`c.added_at`, {
      type: "date",
      reads: ["profile"],
      history: () => sql`c.added_at`,
    }),
    customer_cities: attribute("customer_cities", ofAddresses(`case when a.city <> '' then ${CITY} end`), {
      type: "list<enum>",
      named: "city",
      suggest: suggestCities,
      reads: ["addresses"],
    }),
    customer_countries: attribute("customer_countries", ofAddresses("a.country_code"), {
      type: "list<enum>",
      values: COUNTRIES,
      named: "country",
      reads: ["addresses"],
    }),
    customer_regions: attribute("customer_regions", ofAddresses(REGION), {
      type: "list<enum>",
      named: "region",
      suggest: suggestRegions,
      reads: ["addresses"],
    }),
    customer_email_domain: attribute("customer_email_domain", sql`substring(c.email from '@([^@]*)$')`, {
      type: "string",
      anyCase: true,
      nullable: true,
      suggest: suggestDomains,
      reads: ["profile"],
    }),
    customer_language: attribute("customer_language", sql`c.locale`, {
      type: "string",
      named: "language",
      suggest: suggestLanguages,
      reads: ["profile"],
    }),
    customer_tags: attribute("customer_tags", sql`c.tags`, {
      type: "list<string>",
      anyCase: true,
      suggest: suggestTags,
      reads: ["tags"],
    }),
    email_subscription_status: attribute("email_subscription_status", sql`c.email_subscription_status`, {
      type: "enum",
      values: EMAIL_STATUSES,
      named: inWords("subscription", EMAIL_STATUSES),
      reads: ["consent"],
      history: ({ now }) => sql`(${consentStatusAt("email", now)})`,
    }),
    sms_subscription_status: attribute("sms_subscription_status", sql`c.sms_subscription_status`, {
      type: "enum",
      values: SMS_STATUSES,
      named: inWords("subscription", SMS_STATUSES),
      reads: ["consent"],
      history: ({ now }) => sql`(${consentStatusAt("sms", now)})`,
    }),
    first_order_date: attribute("first_order_date", sql`c.first_order_at`, {
      type: "date",
      reads: ["orders"],
      history: ofOrdersBy("min(o.ordered_at)"),
    }),
    last_order_date: attribute("last_order_date", sql`c.last_order_at`, {
      type: "date",
      reads: ["orders"],
      history: ofOrdersBy("max(o.ordered_at)"),
    }),
    number_of_orders: attribute("number_of_orders", sql`c.number_of_orders`, {
      type: "integer",
      reads: ["orders"],
      history: numberOfOrdersBy,
    }),
    predicted_spend_tier: attribute("predicted_spend_tier", sql`c.predicted_spend_tier`, {
      type: "enum",
      values: SPEND_TIERS,
      named: inWords("spend", SPEND_TIERS),
      nullable: true,
      reads: ["profile"],
    }),
    rfm_group: attribute("rfm_group", sql`c.rfm_group`, {
      type: "enum",
      values: RFM_GROUPS,
      named: inWords("rfm", RFM_GROUPS),
      reads: ["profile"],
    }),
    products_purchased: productsPurchased,
    orders_placed: ordersPlaced,
  },
});
