// The figures of the home page: the last 30 shop days, and the 30 days before for comparison. Test orders and deleted orders
// do not count, and refunds are subtracted.
import { netAmount, refundsBack } from "../customers/order-money.server.ts";
import { sql, type Sql, type Tx } from "../db.server.ts";
import { midnightDaysAgo } from "../local-time.ts";
import { underway } from "../lock.server.ts";
import { netPromoterScore, type Score } from "../net-promoter.ts";
import type { Shop } from "../shop.server.ts";

/** Null where there is no value, such as a share of no orders. */
export type Compared = { value: string | null; before: string | null };

const DAYS = 30;

/**
 * `known`: the orders of known customers. `share`: the part of these orders whose customer had ordered before. `uncounted`: the
 * orders that `revenue` leaves out, because their rate into the shop's currency is not known.
 */
export type OrderFigures = {
  orders: string;
  known: string;
  revenue: string;
  share: string | null;
  uncounted: string;
};
/** `scored`: the number of answers from which the score is computed. */
export type AnswerFigures = { answers: string; scored: string; nps: string | null };

/** The start of the shop's day `days` days ago. */
const daysAgo = (shop: Shop, days: number) => sql`${midnightDaysAgo(days, shop.now(), shop.timeZone)}::timestamptz`;

/** A condition on a date: the date is within a period. */
export type Within = (at: Sql) => Sql;

const between =
  (shop: Shop, from: number, until: number): Within =>
  (at) =>
    sql`${at} >= ${daysAgo(shop, from)} and ${at} < ${daysAgo(shop, until)}`;

async function orderFigures(shop: Shop, tx: Tx, within: Within): Promise<OrderFigures> {
  const [row] = await tx.rows<OrderFigures>(sql`
    with ordered as (
      select o.customer_id, ${netAmount} as kept,
        exists (select 1 from shop_order earlier where earlier.shop_id = o.shop_id and earlier.customer_id = o.customer_id
          and earlier.ordered_at < o.ordered_at and earlier.counts) as repeated
      from shop_order o, ${refundsBack}
      where o.shop_id = ${shop.id} and o.counts and ${within(sql`o.ordered_at`)}
    )
    select count(*) as orders, count(customer_id) as known, coalesce(sum(kept) filter (where customer_id is not null), 0)::text as revenue,
      count(*) filter (where customer_id is not null and kept is null) as uncounted,
      (count(*) filter (where repeated)::numeric / nullif(count(*) filter (where customer_id is not null), 0))::text as share
    from ordered`);
  return row ?? { orders: "0", known: "0", revenue: "0", share: null, uncounted: "0" };
}

/** Whether the answer's question measures the score, as its kind declared in the answered version of the survey. */
const asScore = sql`exists (select 1 from survey_version v, jsonb_array_elements(v.questions) q
  where v.shop_id = r.shop_id and v.survey_id = r.survey_id and v.version = r.version
    and q ->> 'handle' = a.question and q -> 'counted' ->> 'measure' = 'nps')`;

/** The score is computed from the answers to all questions that measure it. */
async function answerFigures(shop: Shop, tx: Tx, within: Within): Promise<AnswerFigures> {
  const [row] = await tx.rows<{ answers: string; scores: Score[] }>(sql`
    with given as (
      select a.response_id, case when a.value_number is not null and ${asScore} then a.value_number end as score
      from answer a join survey_response r on r.shop_id = a.shop_id and r.id = a.response_id
      where a.shop_id = ${shop.id} and r.counts and ${within(sql`a.at`)}
    )
    select count(distinct response_id) as answers, array(
      select jsonb_build_object('value', score::text, 'count', count(*)) from given where score is not null group by score) as scores
    from given`);
  const { answers, scores } = row ?? { answers: "0", scores: [] };
  const nps = netPromoterScore(scores);
  const scored = scores.reduce((sum, { count }) => sum + count, 0);
  return { answers, scored: String(scored), nps: nps === null ? null : String(nps) };
}

const TOMORROW = -1;

type Period<Row> = { now: Row; before: Row };

/** Reads the last 30 days with today, and the 30 days before. Cards of a page that ask at the same time share one read. */
export const comparePeriods = <Row>(shop: Shop, name: string, read: (tx: Tx, within: Within) => Promise<Row>) =>
  underway<Period<Row>>(`${name} ${shop.id}`, () =>
    shop.db.tx(async (tx) => ({
      now: await read(tx, between(shop, DAYS - 1, TOMORROW)),
      before: await read(tx, between(shop, 2 * DAYS - 1, DAYS - 1)),
    })),
  );

const pickFrom = <Row>({ now, before }: Period<Row>, pick: (row: Row) => string | null): Compared => ({
  value: pick(now),
  before: pick(before),
});

export const compareOrders = async (shop: Shop, pick: (figures: OrderFigures) => string | null): Promise<Compared> =>
  pickFrom(await comparePeriods(shop, "order figures", (tx, within) => orderFigures(shop, tx, within)), pick);

export const compareAnswers = async (shop: Shop, pick: (figures: AnswerFigures) => string | null): Promise<Compared> =>
  pickFrom(await comparePeriods(shop, "answer figures", (tx, within) => answerFigures(shop, tx, within)), pick);

/** `segment`, `offer` and `survey`: the merchant has ever created one. It may be archived, ended or deleted since. */
export type Progress = { synced: boolean; segment: boolean; offer: boolean; survey: boolean };

/** What the setup guide shows as done. */
export async function readProgress(shop: Shop): Promise<Progress> {
  const [row] = await shop.db.tx((tx) =>
    tx.rows<Progress>(sql`
      select
        exists (select 1 from backfill where shop_id = ${shop.id} and kind <> 'changes') and
          not exists (select 1 from backfill where shop_id = ${shop.id} and kind <> 'changes' and state <> 'done') as synced,
        exists (select 1 from segment where shop_id = ${shop.id} and origin = 'merchant') as segment,
        (exists (select 1 from offer where shop_id = ${shop.id}) or ${wasCreated(shop, "offer")}) as offer,
        (exists (select 1 from survey where shop_id = ${shop.id}) or ${wasCreated(shop, "survey")}) as survey`),
  );
  return row ?? { synced: false, segment: false, offer: false, survey: false };
}

/** A deleted offer or survey has no row, and its audit stays. */
const wasCreated = (shop: Shop, kind: "offer" | "survey") =>
  sql`exists (select 1 from audit where shop_id = ${shop.id} and subject_kind = ${kind} and action = 'created')`;
