// The lists of the home page: the largest segments and the newest answers.
import { sql } from "../db.server.ts";
import { figures } from "../segments/figures.server.ts";
import type { Shop } from "../shop.server.ts";
import type { CardRow } from "./card.ts";

const SHOWN = 5;
type Row = { id: string; name: string; value: string; note?: string | null };

const rowsOf = (rows: Row[], page: string, unit: CardRow["unit"]): CardRow[] =>
  rows.map(({ id, name, value, note }) => ({
    ...{ label: name, verbatim: true, value, unit, url: `/app/${page}/${id}` },
    ...(note ? { note } : {}),
  }));

/** The largest segments. */
export async function largestSegments(shop: Shop): Promise<CardRow[]> {
  const rows = await shop.db.tx((tx) =>
    tx.rows<Row>(sql`
      select s.id, s.name, f.member_count::text as value from segment s ${figures}
      where s.shop_id = ${shop.id} and s.archived_at is null and s.origin = 'merchant' and f.evaluated_at is not null
      order by f.member_count desc, s.name limit ${SHOWN}`),
  );
  return rowsOf(rows, "segments", "count");
}

/** The English label of the answer's question, in the version of the survey that was answered. */
const asked = sql`(
  select q #>> '{words,en,label}' from survey_response r
  join survey_version v on v.shop_id = r.shop_id and v.survey_id = r.survey_id and v.version = r.version,
  jsonb_array_elements(v.questions) q
  where r.shop_id = a.shop_id and r.id = a.response_id and q ->> 'handle' = a.question limit 1)`;

/** The newest answers, each with its customer and its question. */
export async function newestAnswers(shop: Shop): Promise<CardRow[]> {
  const rows = await shop.db.tx((tx) =>
    tx.rows<Row>(sql`
      select c.id, coalesce(nullif(concat_ws(' ', c.first_name, c.last_name), ''), '#' || c.id) as name, left(a.value_text, 60) as value, ${asked} as note
      from answer a join customer c on c.shop_id = a.shop_id and c.id = a.customer_id
      where a.shop_id = ${shop.id} order by a.at desc, a.response_id, a.question, a.position limit ${SHOWN}`),
  );
  return rowsOf(rows, "customers", "word");
}
