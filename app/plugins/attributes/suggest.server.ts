// Suggests values of Shopify's attributes from a shop's customers and products. The values are spelled as the attributes' own SQL
// spells them.
import { type Sql, sql } from "../../db.server.ts";
import { SAMPLED_ROWS, type Suggest } from "../../segments/attribute.server.ts";

const people = (shopId: string): Sql => sql`(select c.tags, c.email, c.locale from api.customers c
  where c.shop_id = ${shopId} limit ${SAMPLED_ROWS}) c`;
const addresses = (shopId: string): Sql => sql`(select a.city, a.region_code, a.country_code from api.addresses a
  where a.shop_id = ${shopId} and a.country_code is not null limit ${SAMPLED_ROWS}) a`;
const times = (value: Sql, from: Sql): Sql =>
  sql`select ${value} as value, null::text as title, count(*) as times from ${from} group by 1`;

export const suggestTags: Suggest = ({ shopId }) =>
  times(sql`tag`, sql`${people(shopId)} cross join unnest(c.tags) tag`);

export const suggestDomains: Suggest = ({ shopId }) =>
  times(sql`lower(substring(c.email from '@([^@]*)$'))`, people(shopId));

export const suggestLanguages: Suggest = ({ shopId }) => times(sql`c.locale`, people(shopId));

export const suggestRegions: Suggest = ({ shopId }) =>
  times(sql`a.country_code || '-' || a.region_code`, sql`${addresses(shopId)} where a.region_code is not null`);

/** The title has the city as it is written in addresses, because the value in a query has no spaces. */
export const suggestCities: Suggest = ({ shopId }) =>
  sql`select concat_ws('-', a.country_code, a.region_code, replace(nullif(a.city, ''), ' ', '')) as value,
        min(a.city) as title, min(a.region_code) as region, min(a.country_code) as country, count(*) as times
      from ${addresses(shopId)} where a.city <> '' group by 1`;

export const suggestProducts: Suggest = ({ shopId }) =>
  sql`select p.id as value, p.title, 1 as times from api.products p
      where p.shop_id = ${shopId} and p.id ~ '^[0-9]{1,19}$'`;

export const suggestProductTags: Suggest = ({ shopId }) =>
  sql`select tag as value, null::text as title, count(*) as times
      from api.products p cross join unnest(p.tags) tag where p.shop_id = ${shopId} group by 1`;
