import { openStay } from "../customers/open-stay.server.ts";
import { sql, type Tx } from "../db.server.ts";
import { midnightDaysAgo } from "../local-time.ts";
import type { Shop } from "../shop.server.ts";
import { askedSince, type AskedVersion } from "./answers/joined.ts";
import type { Survey, Surface } from "./survey.ts";

export type SurveyLine = Survey & { responses: number; answersToday: number };

const columns = sql`id, handle, name, state, version, placements, segment_id as "segmentId", questions, words, updated_at::text as edition, updated_at as "updatedAt"`;

export const listSurveys = (shop: Shop): Promise<SurveyLine[]> =>
  shop.db.tx((tx) =>
    tx.rows<SurveyLine>(sql`
      select ${columns}, coalesce(held.responses, 0) as responses, coalesce(held.today, 0) as "answersToday"
      from survey s left join (
        select r.survey_id, count(*)::int as responses, count(*) filter (where r.started_at
          >= ${midnightDaysAgo(0, shop.now(), shop.timeZone)}::timestamptz)::int as today
        from survey_response r where r.shop_id = ${shop.id} and r.counts group by r.survey_id) held on held.survey_id = s.id
      where s.shop_id = ${shop.id} order by s.state = 'ended', s.updated_at desc, s.id`),
  );

export async function readSurvey(shop: Shop, id: string): Promise<Survey | null> {
  const [survey] = await shop.db.tx((tx) =>
    tx.rows<Survey>(sql`select ${columns} from survey where shop_id = ${shop.id} and id = ${id}`),
  );
  return survey ?? null;
}

export async function isAnswered(shop: Shop, id: string): Promise<boolean> {
  const held = await shop.db.tx((tx) =>
    tx.rows(sql`select 1 from survey_response where shop_id = ${shop.id} and survey_id = ${id} limit 1`),
  );
  return held.length > 0;
}

/** The newest survey for this customer on a surface. A survey with a segment is asked only of the segment's members. */
export async function surveyOn(shop: Shop, surface: Surface, customerId: string | null): Promise<Survey | null> {
  const [survey] = await shop.db.tx((tx) =>
    tx.rows<Survey>(sql`
      select ${columns} from survey s
      where shop_id = ${shop.id} and state = 'active' and ${surface} = any(placements)
        and (segment_id is null or exists (select 1 from membership m where m.shop_id = s.shop_id
          and m.segment_id = s.segment_id and m.customer_id = ${customerId} and ${openStay}))
      order by updated_at desc limit 1`),
  );
  return survey ?? null;
}

/**
 * Whether the version of the survey is asked of the customer on this surface, or was asked when the customer's page was opened: the
 * customer may have left the segment since, or become part of another customer, and the merchant may have chosen another segment.
 */
export const isAskedOf = (
  shop: Shop,
  { survey, version }: { survey: string; version: number },
  surface: Surface,
  customerId: string | null,
): Promise<boolean> =>
  shop.db.tx(async (tx) => {
    const found = await tx.rows(sql`
      select 1 from survey_version v
      where v.shop_id = ${shop.id} and v.survey_id = ${survey} and v.version = ${version} and ${surface} = any(v.placements)
        and (array_position(v.segment_ids, null) is not null or exists (
          select from membership m where m.shop_id = v.shop_id and m.segment_id = any(v.segment_ids)
            and m.customer_id in (select ${customerId}::text
              union all select merged_into from customer where shop_id = ${shop.id} and id = ${customerId})
            and (${openStay} or m.left_recorded_at >= v.published_at)))`);
    return found.length > 0;
  });

/** All versions by the survey's id. */
export async function readAskedOf(shop: Shop, tx: Tx, surveys: string[]): Promise<Map<string, AskedVersion[]>> {
  const rows = await tx.rows<AskedVersion & { survey: string }>(sql`
    select survey_id as survey, version, questions from survey_version
    where shop_id = ${shop.id} and survey_id = any(${surveys}::text[]) order by version`);
  return Map.groupBy(rows, ({ survey }) => survey);
}

export const readAsked = async (shop: Shop, tx: Tx, survey: string): Promise<AskedVersion[]> =>
  (await readAskedOf(shop, tx, [survey])).get(survey) ?? [];

export const readAskedSince = (shop: Shop, survey: Survey): Promise<number> =>
  shop.db.tx(async (tx) => askedSince(survey, await readAsked(shop, tx, survey.id)));
