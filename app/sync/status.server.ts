// What the sync page and the home page say: how complete the data are, and what is held up.
import { sql } from "../db.server.ts";
import type { Shop } from "../shop.server.ts";

/** `asOf`: everything that arrived before it is applied. `gaps`: customers whose totals differ from Shopify's. */
export type Freshness = {
  asOf: string;
  waiting: number;
  poison: number;
  gaps: number;
  history: "reading" | "failed" | "done";
};

export async function readFreshness(shop: Shop): Promise<Freshness> {
  const [row] = await shop.db.tx((tx) =>
    tx.rows<Freshness>(sql`
      select coalesce((select min(received_at) from inbox where shop_id = ${shop.id} and state = 'waiting'), ${shop.now()}::timestamptz) as "asOf",
        (select count(*)::int from inbox where shop_id = ${shop.id} and state = 'waiting') as waiting,
        (select count(*)::int from inbox where shop_id = ${shop.id} and state = 'poison') as poison,
        (select count(*)::int from customer where shop_id = ${shop.id} and deleted_at is null and platform_orders is not null
          and (platform_orders <> number_of_orders or platform_spent <> amount_spent)) as gaps,
        (select case when bool_or(state = 'failed') then 'failed' when bool_and(state = 'done') then 'done' else 'reading' end
          from backfill where shop_id = ${shop.id} and kind <> 'changes') as history`),
  );
  return row ?? { asOf: shop.now().toISOString(), waiting: 0, poison: 0, gaps: 0, history: "reading" };
}

export type TopicStatus = {
  topic: string;
  received: number;
  waiting: number;
  late: number;
  poison: number;
  lagMs: number | null;
  lastAt: string;
};

/** The last 7 days per topic. Late: applied more than a minute after it was received. Lag: the median from received to applied. */
export const readTopics = (shop: Shop): Promise<TopicStatus[]> =>
  shop.db.tx((tx) =>
    tx.rows<TopicStatus>(sql`
      select topic, count(*)::int as received, count(*) filter (where state = 'waiting')::int as waiting,
        count(*) filter (where state = 'applied' and settled_at > received_at + interval '1 minute')::int as late,
        count(*) filter (where state = 'poison')::int as poison,
        round((percentile_cont(0.5) within group (order by extract(epoch from settled_at - received_at) * 1000)
          filter (where state = 'applied'))::numeric)::int as "lagMs",
        max(received_at) as "lastAt"
      from inbox where shop_id = ${shop.id} group by topic order by topic`),
  );

export type BackfillStatus = { kind: string; state: string; objects: string; applied: string; fault: string | null };

export const readBackfills = (shop: Shop): Promise<BackfillStatus[]> =>
  shop.db.tx((tx) =>
    tx.rows<BackfillStatus>(
      sql`select kind, state, objects::text, applied::text, fault from backfill where shop_id = ${shop.id} and kind <> 'changes' order by kind`,
    ),
  );

export type PoisonItem = { seq: string; topic: string; receivedAt: string; reason: string | null; attempts: number };

export const readPoison = (shop: Shop): Promise<PoisonItem[]> =>
  shop.db.tx((tx) =>
    tx.rows<PoisonItem>(sql`
      select seq::text, topic, received_at as "receivedAt", reason, attempts from inbox
      where shop_id = ${shop.id} and state = 'poison' order by seq desc limit 100`),
  );

/** Puts a poison item back into the queue. */
export const retryPoison = (shop: Shop, seq: string): Promise<void> =>
  shop.db.tx(async (tx) => {
    const moved = await tx.run(sql`
      update inbox set state = 'waiting', reason = null, attempts = 0, settled_at = null
      where shop_id = ${shop.id} and seq = ${seq}::bigint and state = 'poison'`);
    if (moved) await tx.run(sql`insert into shop_mark (shop_id) values (${shop.id})`);
  });
