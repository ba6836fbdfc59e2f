// Starts, grows and ends experiments. A layer's buckets belong to its running experiments.
import { randomUUID } from "node:crypto";
import { sql, type Tx } from "../../db.server.ts";
import { lockUntilCommit } from "../../lock.server.ts";
import type { Instant } from "../../instant.ts";
import type { Shop } from "../../shop.server.ts";
import { type Arm, grow, type Range, type Split } from "./assignment.ts";

/** `times`: how many buckets an arm has for each 1 of its share. `plannedPeople`: in all arms, at the planned end. */
export type NewExperiment = {
  layer: string;
  arms: readonly Omit<Arm, "ranges">[];
  times: number;
  plannedPeople: number;
  isShopWide: boolean;
  /** When the first customer can be in the experiment. Left out: now. */
  startsAt?: Instant;
};

export type Experiment = Split & { id: string; isShopWide: boolean; sampleRatio: number };

/** The experiment's id. Null: the layer has too few free buckets. */
export async function startExperiment(shop: Shop, tx: Tx, wanted: NewExperiment): Promise<string | null> {
  const { layer, times, plannedPeople, isShopWide } = wanted;
  const id = randomUUID();
  const arms = await growIn(
    shop,
    tx,
    layer,
    wanted.arms.map((arm) => ({ ...arm, ranges: [] })),
    times,
  );
  if (arms === null) return null;
  await tx.run(sql`
    insert into experiment (shop_id, id, layer, is_shop_wide, planned_people, started_at)
    values (${shop.id}, ${id}, ${layer}, ${isShopWide}, ${plannedPeople},
      ${wanted.startsAt ?? shop.now()}::timestamptz)`);
  for (const { key, share, isHoldout, ranges } of arms) {
    await tx.run(sql`
      insert into experiment_arm (shop_id, experiment_id, arm, share, is_holdout, ranges)
      values (${shop.id}, ${id}, ${key}, ${share}, ${isHoldout}, ${JSON.stringify(ranges)}::jsonb)`);
  }
  return id;
}

/** Gives each arm `times` its share of buckets more. False: the layer has too few free buckets. */
export async function growExperiment(shop: Shop, tx: Tx, experiment: Experiment, times: number): Promise<boolean> {
  const arms = await growIn(shop, tx, experiment.layer, experiment.arms, times);
  for (const { key, ranges } of arms ?? []) {
    await tx.run(sql`
      update experiment_arm set ranges = ${JSON.stringify(ranges)}::jsonb
      where shop_id = ${shop.id} and experiment_id = ${experiment.id} and arm = ${key}`);
  }
  return arms !== null;
}

/** Frees the experiment's buckets. Who was in which arm stays stored. */
export async function endExperiment(shop: Shop, tx: Tx, id: string): Promise<void> {
  await tx.run(sql`
    update experiment set ended_at = ${shop.now()}::timestamptz
    where shop_id = ${shop.id} and id = ${id} and ended_at is null`);
}

/** The arms of the experiment `e`, by their keys. */
export const armsOfExperiment = sql`(
  select jsonb_agg(jsonb_build_object('key', a.arm, 'share', a.share, 'isHoldout', a.is_holdout, 'ranges', a.ranges) order by a.arm)
  from experiment_arm a where a.shop_id = e.shop_id and a.experiment_id = e.id)`;

/** The experiment and the shop-wide one, where they run. */
export async function readRunning(shop: Shop, tx: Tx, id: string): Promise<Experiment[]> {
  return tx.rows<Experiment>(sql`
    select e.id, e.layer, e.is_shop_wide as "isShopWide", e.sample_ratio as "sampleRatio", ${armsOfExperiment} as arms
    from experiment e
    where e.shop_id = ${shop.id} and e.ended_at is null and (e.id = ${id} or e.is_shop_wide)
    order by e.is_shop_wide desc, e.started_at, e.id`);
}

/** Holds the layers of the shop until the transaction ends, so that no bucket is given twice. */
async function growIn(shop: Shop, tx: Tx, layer: string, arms: readonly Arm[], times: number): Promise<Arm[] | null> {
  await lockUntilCommit(tx, `experiments/${shop.id}`);
  const taken = await tx.rows<Range>(sql`
    select (range->>'from')::int as "from", (range->>'to')::int as "to"
    from experiment e
    join experiment_arm a on a.shop_id = e.shop_id and a.experiment_id = e.id
    cross join lateral jsonb_array_elements(a.ranges) as range
    where e.shop_id = ${shop.id} and e.layer = ${layer} and e.ended_at is null`);
  return grow(arms, times, taken);
}
