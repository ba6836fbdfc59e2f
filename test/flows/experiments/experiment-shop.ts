// A shop with an experiment that has begun, for tests of what is found.
import { sql } from "../../../app/db.server.ts";
import { assignCustomers } from "../../../app/experiments/assignment/assign.server.ts";
import { startExperiment } from "../../../app/experiments/assignment/experiment.server.ts";
import { readTests } from "../../../app/offers/experiment/read-test.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { runOn } from "../../../prisma/schema-engine.ts";
import { addCustomers } from "../new-shop.ts";

export const OFFER = "offer-of-tea";
export const DAY_MS = 86_400_000;

export const customerIds = (count: number) => Array.from({ length: count }, (_, at) => String(7_012_345_000 + at));

/** Starts the experiment now, and gives each customer an arm. Returns the experiment's id and the arms by customer. */
export async function begin(shop: Shop, people: string[], { holdout = 50, plannedPeople = people.length } = {}) {
  await addCustomers(shop, ...people);
  return shop.db.tx(async (tx) => {
    const id = await startExperiment(shop, tx, {
      layer: "offer",
      arms: [
        { key: "holdout", share: holdout, isHoldout: true },
        { key: OFFER, share: 100 - holdout, isHoldout: false },
      ],
      ...{ times: 100, plannedPeople, isShopWide: false },
    });
    if (!id) throw new Error("the layer is free");
    return { id, arms: await assignCustomers(shop, tx, id, people) };
  });
}

export const readTest = async (shop: Shop) =>
  (await shop.db.tx((tx) => readTests(shop, tx, [OFFER]))).get(OFFER) ?? null;

type Bought = { customer: string; at: Date; amount: string };

/** Paid orders without lines, discounts, taxes and shipping. The database then counts its rows, as a server does by itself. */
export async function addOrders(shop: Shop, bought: Bought[], prefix = "o"): Promise<void> {
  await shop.db.tx((tx) =>
    tx.run(sql`
      insert into shop_order (shop_id, id, customer_id, currency, presentment_currency, subtotal, total, ordered_at, updated_at)
      select ${shop.id}, ${prefix} || row_number() over (), customer, ${shop.currency}, ${shop.currency}, amount, amount, at, at
      from unnest(${bought.map(({ customer }) => customer)}::text[], ${bought.map(({ amount }) => amount)}::numeric[],
        ${bought.map(({ at }) => at)}::timestamptz[]) as b (customer, amount, at)`),
  );
  await runOn(process.env["DATABASE_URL"] ?? "", "ANALYZE assignment, experiment, shop_order, line_item, refund");
}
