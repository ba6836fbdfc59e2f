// Looks at an experiment: sums up the outcomes of each arm in one statement, and stores what was found.
import { z } from "zod";
import { sql, type Tx } from "../../db.server.ts";
import type { Instant } from "../../instant.ts";
import { readMargin } from "../../shop-settings.server.ts";
import type { Shop } from "../../shop.server.ts";
import { armsOfExperiment } from "../assignment/experiment.server.ts";
import { lookAtRatio } from "../assignment/assign.server.ts";
import type { Arm } from "../assignment/assignment.ts";
import { BUYERS_FOR_MONEY, CAP_AT } from "../statistics/gates.ts";
import { matureDays, outcomeDays, outcomes } from "./outcome-sql.server.ts";

const amount = z.string();
const armFigures = z.object({
  arm: z.string(),
  people: z.number(),
  buyers: z.number(),
  sum: amount,
  squares: amount,
  past: amount,
  pastSquares: amount,
  products: amount,
  uncapped: amount,
  /** The people's outcome windows that have passed: 0.5 for a person who is half through. */
  windows: z.number(),
  uncounted: z.number(),
});
const figures = z.object({
  arms: z.array(armFigures),
  cap: amount.nullable(),
  /** The shop's margin at the look, in percent. Null: it was not stated, so that the amounts are net revenue. */
  margin: amount.nullable(),
  /** When the last person's window and refunds are over. Null: nobody was assigned. */
  finalAt: z.coerce.date().nullable(),
});
export type ExperimentFigures = z.infer<typeof figures>;

/** `figures` null: no look yet. */
export type StoredExperiment = {
  id: string;
  arms: Arm[];
  plannedPeople: number;
  startedAt: Instant;
  endedAt: Instant | null;
  sampleRatio: number;
  figures: ExperimentFigures | null;
  lookedAt: Instant | null;
};

/** Whether the experiment `e` has begun or can still begin. One that ended before its start never was. */
const tookPlace = sql`(e.ended_at is null or e.ended_at >= e.started_at)`;

/** The experiments that have one of these arms, the newest first. The arms that hold out come first. */
export async function readExperiments(shop: Shop, tx: Tx, arms: readonly string[]): Promise<StoredExperiment[]> {
  const rows = await tx.rows<Omit<StoredExperiment, "figures"> & { figures: unknown }>(sql`
    select e.id, e.planned_people as "plannedPeople", e.started_at as "startedAt", e.ended_at as "endedAt",
      e.sample_ratio as "sampleRatio", e.figures, e.looked_at as "lookedAt", ${armsOfExperiment} as arms
    from experiment e where e.shop_id = ${shop.id} and ${tookPlace} and exists (
      select from experiment_arm a
      where a.shop_id = e.shop_id and a.experiment_id = e.id and a.arm = any (${[...arms]}::text[]))
    order by e.started_at desc, e.ended_at desc nulls first, e.id`);
  return rows.map((row) => ({
    ...row,
    arms: row.arms.toSorted((one, other) => Number(other.isHoldout) - Number(one.isHoldout)),
    figures: row.figures === null ? null : figures.parse(row.figures),
  }));
}

/** The experiments whose figures can still change: those that run, and those with outcomes or refunds to come. */
const unsettledExperiments = (shop: Shop, tx: Tx): Promise<{ id: string }[]> =>
  tx.rows<{ id: string }>(sql`
    select e.id from experiment e where e.shop_id = ${shop.id} and e.started_at <= ${shop.now()} and ${tookPlace} and (
      ended_at is null or looked_at is null or looked_at < ended_at or looked_at < (figures->>'finalAt')::timestamptz)`);

export const hasUnsettledExperiments = async (shop: Shop): Promise<boolean> =>
  (await shop.db.tx((tx) => unsettledExperiments(shop, tx))).length > 0;

export async function lookAtExperiments(shop: Shop): Promise<void> {
  for (const { id } of await shop.db.tx((tx) => unsettledExperiments(shop, tx))) await lookAtExperiment(shop, id);
}

type Held = Pick<StoredExperiment, "arms" | "sampleRatio" | "lookedAt"> & { cap: string | null; margin: string | null };

/**
 * Sums up the outcomes as of now, and stores them with the time. The sums hold no lock on the experiment. What another look has
 * stored meanwhile stays, so that the cap is stored once for each margin.
 */
export async function lookAtExperiment(shop: Shop, id: string): Promise<void> {
  const margin = await readMargin(shop);
  await shop.db.tx(async (tx) => {
    const [held] = await tx.rows<Held>(sql`
      select e.cap::text as cap, e.figures->>'margin' as margin, e.looked_at as "lookedAt", e.sample_ratio as "sampleRatio", ${armsOfExperiment} as arms
      from experiment e where e.shop_id = ${shop.id} and e.id = ${id}`);
    if (!held) return;
    const fixed = held.margin === margin ? held.cap : null;
    const at = shop.now();
    const found = await sumOutcomes(shop, tx, id, { cap: fixed, margin });
    await lookAtRatio(shop, tx, { id, ...held });
    await tx.run(sql`
      update experiment set figures = ${JSON.stringify(found)}::jsonb, cap = ${found.cap}::numeric, looked_at = ${at}
      where shop_id = ${shop.id} and id = ${id} and looked_at is not distinct from ${held.lookedAt}::timestamptz`);
  });
}

type Summed = ExperimentFigures["arms"][number] & { cap: string | null; finalAt: Instant | null };

/** `cap`: the cap that an earlier look has fixed. `margin`: in percent; null: not known. */
export async function sumOutcomes(
  shop: Shop,
  tx: Tx,
  experimentId: string,
  { cap: fixed, margin }: { cap: string | null; margin: string | null },
): Promise<ExperimentFigures> {
  const now = shop.now();
  const people = sql`(
    select a.customer_id, a.arm, greatest(a.assigned_at, e.started_at) as since from assignment a
    join experiment e on e.shop_id = a.shop_id and e.id = a.experiment_id
    where a.shop_id = ${shop.id} and a.experiment_id = ${experimentId}
      and greatest(a.assigned_at, e.started_at) <= ${now}::timestamptz)`;
  const rows = await tx.rows<Summed>(sql`
    with person as materialized (select * from ${outcomes(shop, people, margin)} y),
      limits as (select coalesce(${fixed}::numeric, case when count(*) filter (where bought) >= ${BUYERS_FOR_MONEY}::int
        then percentile_disc(${CAP_AT}::double precision) within group (order by outcome) filter (where bought) end) as cap from person),
      capped as (select person.*, limits.cap, least(outcome, limits.cap) as y, least(past, limits.cap) as x from person, limits)
    select arm, count(*)::int as people, (count(*) filter (where bought))::int as buyers, sum(y)::text as sum,
      sum(y * y)::text as squares, sum(x)::text as past, sum(x * x)::text as "pastSquares", sum(x * y)::text as products,
      sum(outcome)::text as uncapped, sum(uncounted)::int as uncounted, sum(least(1, extract(epoch from
        ${now}::timestamptz - since) / extract(epoch from ${outcomeDays})))::double precision as windows,
      max(cap)::text as cap, (max(since) + ${matureDays}) as "finalAt"
    from capped group by arm order by arm`);
  const finals = rows.flatMap(({ finalAt }) => finalAt?.getTime() ?? []);
  return {
    arms: rows.map(({ cap: _cap, finalAt: _finalAt, ...arm }) => arm),
    cap: rows[0]?.cap ?? fixed,
    margin,
    finalAt: finals.length > 0 ? new Date(Math.max(...finals)) : null,
  };
}
