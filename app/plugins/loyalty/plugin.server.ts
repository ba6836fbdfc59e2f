// A guest plugin: tiers by what a customer spent over the last 12 months. It proves that a plugin needs no change outside
// its folder and the list of installed plugins.
import { netAmount, refundsBack } from "../../customers/order-money.server.ts";
import { sql, type Sql } from "../../db.server.ts";
import { field } from "../../fields.ts";
import type { Moment, Suggest, Window } from "../../segments/attribute.server.ts";
import type { Shop } from "../../shop.server.ts";
import { defineAttribute, defineOfferKind, definePlugin, type WorkContext } from "../plugin.ts";

const TIERS = { GOLD: "loyalty.tier.gold", SILVER: "loyalty.tier.silver", BRONZE: "loyalty.tier.bronze" };

const spentInAYear = (moment: Moment): Sql => sql`(
  select coalesce(sum(${netAmount}), 0) from api.orders o, ${refundsBack}
  where o.shop_id = c.shop_id and o.customer_id = c.id and o.ordered_at >= ${moment.now}::timestamptz - interval '12 months')`;

/** What was spent falls as an order gets older than 12 months. */
const orderOfAYearBefore = ({ from, to }: Window): Sql => sql`exists (
  select from api.orders o where o.shop_id = c.shop_id and o.customer_id = c.id
    and o.ordered_at >= ${from}::timestamptz - interval '12 months' and o.ordered_at < ${to}::timestamptz - interval '12 months')`;

const tierOf = (spent: Sql): Sql =>
  sql`case when ${spent} >= 500 then 'GOLD' when ${spent} >= 150 then 'SILVER' when ${spent} > 0 then 'BRONZE' end`;

/** Tiers as stored by the last count: one record a customer who has one. */
async function recount({ shop, records }: WorkContext): Promise<void> {
  const moment = { now: shop.now(), timeZone: shop.timeZone };
  const tiers = await shop.db.tx((tx) =>
    tx.rows<{ id: string; tier: string }>(sql`
      select c.id, ${tierOf(sql`spent.amount`)} as tier
      from api.customers c cross join lateral (select ${spentInAYear(moment)} as amount) spent
      where c.shop_id = ${shop.id} and spent.amount > 0`),
  );
  await records("tier").replace(tiers.map(({ id, tier }) => ({ key: id, customerId: id, data: { tier } })));
}

/** Tiers with the customers in them, as of the last count. */
const suggestTiers: Suggest = ({ shopId }) => sql`
  select data ->> 'tier' as value, null::text as title, count(*) as times, count(*) as customers from api.records
  where shop_id = ${shopId} and plugin = 'loyalty' and kind = 'tier' group by 1`;

const countTiers = (shop: Shop) =>
  shop.db.tx((tx) =>
    tx.rows<{ tier: string; customers: string }>(sql`
      select data ->> 'tier' as tier, count(*) as customers from api.records
      where shop_id = ${shop.id} and plugin = 'loyalty' and kind = 'tier' group by 1 order by 1`),
  );

export const loyalty = definePlugin({
  name: "loyalty",
  contract: 1,
  label: "loyalty.label",
  description: "loyalty.description",
  attributes: {
    loyalty_tier: defineAttribute({
      label: "loyalty.attribute",
      type: "enum",
      values: Object.keys(TIERS),
      named: TIERS,
      sql: (moment) => sql`(select ${tierOf(sql`year.spent`)} from (select ${spentInAYear(moment)} as spent) year)`,
      reads: ["orders"],
      suggest: suggestTiers,
      nullable: true,
      flips: orderOfAYearBefore,
    }),
  },
  offerKinds: {
    tier_reward: defineOfferKind({
      label: "loyalty.reward.label",
      help: "loyalty.reward.help",
      settings: {
        tier: field.choice("loyalty.reward.tier", TIERS),
        percent: field.percent("loyalty.reward.percent"),
      },
      shows: { percent: "percent" },
      resolve: (_context, { percent }) => ({
        content: { shape: "discount", percent, code: null, href: null },
        // Shown at the checkout: the merchant's name for the offer.
        discount: { title: "", grant: { kind: "percent", percent }, code: null },
      }),
      audience: ({ tier }) => `loyalty_tier = '${tier}'`,
    }),
  },
  cards: {
    loyalty_tiers: {
      label: "loyalty.card",
      place: "home",
      async resolve({ shop }) {
        const tiers = await countTiers(shop);
        if (tiers.length === 0) return null;
        const rows = tiers.map(({ tier, customers }) => ({
          label: TIERS[tier as keyof typeof TIERS],
          value: customers,
          unit: "count" as const,
        }));
        return { shape: "rows", rows };
      },
    },
  },
  jobs: { recount: { label: "loyalty.recount", cron: "0 3 * * *", run: recount } },
});
