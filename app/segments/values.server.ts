// Values of this shop, for those who write a query: most frequent first, those that begin with what was typed before others.
import { empty, type Sql, sql } from "../db.server.ts";
import type { Shop } from "../shop.server.ts";
import { quoteText } from "./query/format.ts";
import { readOnly } from "./read-only.server.ts";
import { NARROWING, type OfferedValue, sourceOf, type ValueSource } from "./value-source.ts";

const LIMIT = 20;
const MAX_SEARCH = 255;
const PATIENCE_MS = 2000;

type Row = { value: string; title: string | null };
type Asked = { shop: Shop; given: Partial<Record<(typeof NARROWING)[number], string>> };

// A big shop is sampled: what is frequent is among these, and a person waits for no more.
const MOST_ROWS = 100_000;

const people = ({ id }: Shop): Sql => sql`(select c.tags, c.email, c.locale from customer c
  where c.shop_id = ${id} and c.deleted_at is null limit ${MOST_ROWS}) c`;
const addresses = ({ id }: Shop): Sql => sql`(select a.city, a.region_code, a.country_code from customer_address a
  where a.shop_id = ${id} and a.country_code is not null limit ${MOST_ROWS}) a`;
const times = (value: Sql, from: Sql): Sql =>
  sql`select ${value} as value, null::text as title, count(*) as times from ${from} group by 1`;

/** Each selects value, title and how often. The same words as the attributes' own SQL make of the rows. */
const SOURCES: Record<ValueSource, (asked: Asked) => Sql> = {
  customer_tags: ({ shop }) =>
    sql`select tag as value, null::text as title, count(*) as times
        from ${people(shop)} cross join unnest(c.tags) tag group by 1`,
  customer_cities: ({ shop }) =>
    times(
      sql`concat_ws('-', a.country_code, a.region_code, replace(nullif(a.city, ''), ' ', ''))`,
      sql`${addresses(shop)} where a.city <> ''`,
    ),
  customer_regions: ({ shop }) =>
    times(sql`a.country_code || '-' || a.region_code`, sql`${addresses(shop)} where a.region_code is not null`),
  customer_countries: ({ shop }) => times(sql`a.country_code`, addresses(shop)),
  customer_email_domain: ({ shop }) => times(sql`lower(substring(c.email from '@([^@]*)$'))`, people(shop)),
  customer_language: ({ shop }) => times(sql`c.locale`, people(shop)),
  "products_purchased.id": ({ shop }) =>
    sql`select p.id as value, p.title, 1 as times from product p
        where p.shop_id = ${shop.id} and p.deleted_at is null and p.id ~ '^[0-9]{1,19}$'`,
  "products_purchased.tag": ({ shop }) =>
    sql`select tag as value, null::text as title, count(*) as times
        from product p cross join unnest(p.tags) tag where p.shop_id = ${shop.id} and p.deleted_at is null group by 1`,
  "survey_answer.survey": ({ shop }) =>
    sql`select v.handle as value, v.name as title, 1 as times from survey v where v.shop_id = ${shop.id}`,
  "survey_answer.question": ({ shop, given: { survey } }) =>
    sql`select q ->> 'handle' as value, min(q -> 'words' -> 'en' ->> 'label') as title, count(*) as times
        from survey v cross join jsonb_array_elements(v.questions) q
        where v.shop_id = ${shop.id} ${survey === undefined ? empty : sql`and v.handle = ${survey}`} group by 1`,
  "survey_answer.value": ({ shop, given: { survey, question } }) =>
    sql`select n.value_text as value, null::text as title, count(*) as times from (
          select value_text from answer where shop_id = ${shop.id} and length(value_text) <= 100
            ${survey === undefined ? empty : sql`and survey = ${survey}`}
            ${question === undefined ? empty : sql`and question = ${question}`} limit ${MOST_ROWS}) n group by 1`,
};

const IDS: readonly ValueSource[] = ["products_purchased.id"];

/** Empty where the shop has none, where nothing of that name is offered, and where looking would take too long. */
export async function offerValues(shop: Shop, asked: URLSearchParams): Promise<OfferedValue[]> {
  const parameter = asked.get("parameter");
  const source = sourceOf({ attribute: asked.get("attribute") ?? "", ...(parameter === null ? {} : { parameter }) });
  if (!source) return [];
  const clean = (name: string) => asked.get(name)?.replaceAll("\u0000", "").slice(0, MAX_SEARCH);
  const given = Object.fromEntries(
    NARROWING.flatMap((name) => {
      const value = clean(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const search = clean("search")?.trim().toLowerCase() ?? "";
  const place = sql`position(${search}::text in lower(coalesce(known.title, known.value)))`;
  const found = await readOnly<Row>(shop, PATIENCE_MS, [
    sql`select known.value, known.title from (${SOURCES[source]({ shop, given })}) known
        where known.value <> '' and known.value !~ '\\\\$'
          and (${search}::text = '' or ${place} > 0 or position(${search}::text in lower(known.value)) > 0)
        order by ${place} <> 1, known.times desc, coalesce(known.title, known.value), known.value limit ${LIMIT}`,
  ]);
  return (found?.[0] ?? []).map(({ value, title }) => ({
    text: IDS.includes(source) ? value : quoteText(value),
    ...(title ? { title } : {}),
  }));
}
