// Gives customers their arms, when they can first be in an experiment, whether they will see something or not.
import { sql, type Tx } from "../../db.server.ts";
import { livingCustomer } from "../../customers/living.server.ts";
import type { Instant } from "../../instant.ts";
import type { Shop } from "../../shop.server.ts";
import { defineTable, upsert } from "../../upsert.server.ts";
import { sampleRatio } from "../statistics/sample-ratio.ts";
import { armOf } from "./assignment.ts";
import { type Experiment, readRunning } from "./experiment.server.ts";

type Row = { experimentId: string; customerId: string; arm: string; at: Instant };

const ASSIGNMENT = defineTable<Row>("assignment", ["experiment_id", "customer_id"], {
  experiment_id: ["text", (row) => row.experimentId],
  customer_id: ["text", (row) => row.customerId],
  arm: ["text", (row) => row.arm],
  assigned_at: ["timestamptz", (row) => row.at.toISOString()],
});

/**
 * The arms of the customers who are in the experiment. A customer who has an arm keeps it; the others get theirs now. A customer
 * whom the shop-wide experiment holds out gets none.
 */
export async function assignCustomers(
  shop: Shop,
  tx: Tx,
  experimentId: string,
  customerIds: readonly string[],
): Promise<Map<string, string>> {
  const running = await readRunning(shop, tx, experimentId);
  let left = await readCustomers(shop, tx, customerIds);
  let arms = new Map<string, string>();
  for (const experiment of running) {
    const drawn = left.flatMap(({ id, platformId }): Row[] => {
      const arm = armOf(experiment, platformId);
      return arm ? [{ experimentId: experiment.id, customerId: id, arm: arm.key, at: shop.now() }] : [];
    });
    await upsert(tx, shop.id, ASSIGNMENT, drawn, { newer: "never" });
    arms = await readArms(
      shop,
      tx,
      experiment.id,
      left.map(({ id }) => id),
    );
    const held = new Set(experiment.arms.filter(({ isHoldout }) => isHoldout).map(({ key }) => key));
    if (experiment.isShopWide) left = left.filter(({ id }) => !held.has(arms.get(id) ?? ""));
  }
  return running.some(({ id }) => id === experimentId) ? arms : new Map();
}

/** Looks whether the arms have as many people as planned, and stores the least result of all looks. */
export async function lookAtRatio(
  shop: Shop,
  tx: Tx,
  { id, arms, sampleRatio: lowest }: Pick<Experiment, "id" | "arms" | "sampleRatio">,
): Promise<number> {
  const counted = await tx.rows<{ arm: string; people: number }>(sql`
    select arm, count(*)::int as people from assignment
    where shop_id = ${shop.id} and experiment_id = ${id} group by arm`);
  const people = new Map(counted.map((row) => [row.arm, row.people]));
  const counts = arms.map(({ key }) => people.get(key) ?? 0);
  const shares = arms.map(({ share }) => share);
  const ratio = sampleRatio(counts, shares, lowest);
  await tx.run(sql`
    update experiment set sample_ratio = least(sample_ratio, ${ratio}::double precision)
    where shop_id = ${shop.id} and id = ${id}`);
  return ratio;
}

const readCustomers = (shop: Shop, tx: Tx, ids: readonly string[]) =>
  tx.rows<{ id: string; platformId: string }>(sql`
    select c.id, coalesce(c.platform_id, c.id) as "platformId" from customer c
    where c.shop_id = ${shop.id} and c.id = any(${[...ids]}::text[]) and ${livingCustomer}
    order by c.id collate "C"`);

async function readArms(
  shop: Shop,
  tx: Tx,
  experimentId: string,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const rows = await tx.rows<{ customerId: string; arm: string }>(sql`
    select customer_id as "customerId", arm from assignment
    where shop_id = ${shop.id} and experiment_id = ${experimentId} and customer_id = any(${[...ids]}::text[])`);
  return new Map(rows.map(({ customerId, arm }) => [customerId, arm]));
}
