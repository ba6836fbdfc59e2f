// Figures for the sync page and the home page: how complete the data are, and which webhooks are held up.
import { sql, type Sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import { hasGap } from "../../customers/facts/orders/opening.server.ts";
import type { Instant } from "../../instant.ts";

/**
 * `asOf`: every webhook that arrived before this instant is applied or held up. `isBehind`: a webhook has waited for longer
 * than BEHIND_MS. `gaps`: customers whose totals differ from Shopify's, counted up to MAX_GAPS (`moreGaps`: there are more);
 * 0 while the history is being read.
 */
export type Freshness = {
  asOf: Instant;
  waiting: number;
  isBehind: boolean;
  poison: number;
  gaps: number;
  moreGaps: boolean;
  history: "reading" | "failed" | "done";
};

const MAX_GAPS = 1000;
const BEHIND_MS = 120_000;

const isBehind = (shop: Shop): Sql => sql`exists (select from inbox where shop_id = ${shop.id} and state = 'waiting'
  and received_at < ${new Date(shop.now().getTime() - BEHIND_MS)}::timestamptz)`;

/** Whether a webhook has waited for longer than BEHIND_MS. */
export async function readsBehind(shop: Shop): Promise<boolean> {
  const [row] = await shop.db.tx((tx) => tx.rows<{ behind: boolean }>(sql`select ${isBehind(shop)} as behind`));
  return row?.behind ?? false;
}

type Row = Omit<Freshness, "gaps" | "moreGaps">;

export const readFreshness = (shop: Shop): Promise<Freshness> =>
  shop.db.tx(async (tx) => {
    const [row] = await tx.rows<Row>(sql`
      select coalesce((select min(received_at) from inbox where shop_id = ${shop.id} and state = 'waiting'), ${shop.now()}::timestamptz) as "asOf",
        (select count(*)::int from inbox where shop_id = ${shop.id} and state = 'waiting') as waiting,
        ${isBehind(shop)} as "isBehind",
        (select count(*)::int from inbox where shop_id = ${shop.id} and state = 'poison') as poison,
        (select case when bool_or(state = 'failed' or fault is not null) then 'failed' when bool_and(state = 'done') then 'done' else 'reading' end
          from backfill where shop_id = ${shop.id} and kind <> 'changes') as history`);
    const read = row ?? { asOf: shop.now(), waiting: 0, isBehind: false, poison: 0, history: "reading" };
    const gaps = read.history === "reading" ? 0 : await countGaps(shop, tx, MAX_GAPS + 1);
    return { ...read, gaps: Math.min(gaps, MAX_GAPS), moreGaps: gaps > MAX_GAPS };
  });

async function countGaps(shop: Shop, tx: Tx, most: number): Promise<number> {
  const [row] = await tx.rows<{ count: number }>(sql`
    select count(*)::int as count from (select from customer where shop_id = ${shop.id} and ${hasGap} limit ${most}) gap`);
  return row?.count ?? 0;
}

export type TopicStatus = {
  topic: string;
  received: number;
  waiting: number;
  late: number;
  poison: number;
  lagMs: number | null;
  lastAt: Instant;
};

const PERIOD_MS = 7 * 86_400_000;

/** The last 7 days by topic. `late`: applied more than a minute after arrival. `lagMs`: the median from arrival to being applied. */
export const readTopics = (shop: Shop): Promise<TopicStatus[]> =>
  shop.db.tx((tx) =>
    tx.rows<TopicStatus>(sql`
      select topic, count(*)::int as received, count(*) filter (where state = 'waiting')::int as waiting,
        count(*) filter (where state = 'applied' and settled_at > received_at + interval '1 minute')::int as late,
        count(*) filter (where state = 'poison')::int as poison,
        round((percentile_cont(0.5) within group (order by extract(epoch from settled_at - received_at) * 1000)
          filter (where state = 'applied'))::numeric)::int as "lagMs",
        max(received_at) as "lastAt"
      from inbox where shop_id = ${shop.id} and received_at >= ${new Date(shop.now().getTime() - PERIOD_MS)}::timestamptz
        and topic not like 'history:%'
      group by topic order by topic`),
  );

export type BackfillStatus = { kind: string; state: string; objects: string; applied: string; fault: string | null };

export const readBackfills = (shop: Shop): Promise<BackfillStatus[]> =>
  shop.db.tx((tx) =>
    tx.rows<BackfillStatus>(
      sql`select kind, state, objects::text, applied::text, fault from backfill where shop_id = ${shop.id} and kind <> 'changes' order by kind`,
    ),
  );

/** `number`: the Shopify id for a row of the history, the inbox's own number for a webhook. */
export type HeldItem = {
  seq: string;
  topic: string;
  number: string;
  receivedAt: Instant;
  reason: string | null;
  attempts: number;
};

const MAX_SHOWN = 100;

const readHeld = (shop: Shop, which: Sql): Promise<HeldItem[]> =>
  shop.db.tx((tx) =>
    tx.rows<HeldItem>(sql`
      select seq::text, topic, received_at as "receivedAt", reason, attempts,
        case when topic like 'history:%' and key ~ '^[0-9]+$' then key else seq::text end as number
      from inbox where shop_id = ${shop.id} and ${which} order by inbox.seq desc limit ${MAX_SHOWN}`),
  );

export const readPoison = (shop: Shop): Promise<HeldItem[]> => readHeld(shop, sql`state = 'poison'`);

/** Webhooks that were applied without a field that cannot be read. */
export const readNoted = (shop: Shop): Promise<HeldItem[]> =>
  readHeld(shop, sql`state = 'applied' and reason is not null`);
