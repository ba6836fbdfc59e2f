// An example of a guest plugin: tiers by the amount that a customer spent in the last 12 months. The plugin needs no change outside its
// folder and the list of installed plugins.
import { netAmount, refundsBack } from "../../customers/order-money.server.ts";
import { sql, type Sql } from "../../db.server.ts";
import { field, type Values } from "../../fields.ts";
import type { Moment, Window } from "../../segments/attribute.server.ts";
import type { Shop } from "../../shop.server.ts";
import { defineAttribute, defineOfferKind, definePlugin, type Suggest, type WorkContext } from "../plugin.ts";

const TIERS = { GOLD: "loyalty.tier.gold", SILVER: "loyalty.tier.silver", BRONZE: "loyalty.tier.bronze" };

/** From which amount a tier begins, in the shop's currency. */
const settings = {
  gold: field.money("loyalty.settings.gold", { help: "loyalty.settings.gold_help", initial: "500", min: 0.01 }),
  silver: field.money("loyalty.settings.silver", { help: "loyalty.settings.silver_help", initial: "150", min: 0.01 }),
};
type Settings = Values<typeof settings>;

const spentInAYear = (moment: Moment): Sql => sql`(
  select coalesce(sum(${netAmount}), 0) from api.orders o, ${refundsBack}
  where o.shop_id = c.shop_id and o.customer_id = c.id and o.ordered_at >= ${moment.now}::timestamptz - interval '12 months')`;

/** The amount falls when an order becomes older than 12 months, so customers with such an order in the window may change their tier. */
const orderOfAYearBefore = ({ from, to }: Window): Sql => sql`exists (
  select from api.orders o where o.shop_id = c.shop_id and o.customer_id = c.id
    and o.ordered_at >= ${from}::timestamptz - interval '12 months' and o.ordered_at < ${to}::timestamptz - interval '12 months')`;

const tierOf = (spent: Sql, { gold, silver }: Settings): Sql =>
  sql`case when ${spent} >= ${gold}::numeric then 'GOLD' when ${spent} >= ${silver}::numeric then 'SILVER'
    when ${spent} > 0 then 'BRONZE' end`;

/** Stores what each customer spent. The card and the suggestions read these records, and follow a change of the settings at once. */
async function recount({ shop, records }: WorkContext): Promise<void> {
  const moment = { now: shop.now(), timeZone: shop.timeZone };
  const spenders = await shop.db.tx((tx) =>
    tx.rows<{ id: string; spent: string }>(sql`
      select c.id, spent.amount::text as spent
      from api.customers c cross join lateral (select ${spentInAYear(moment)} as amount) spent
      where c.shop_id = ${shop.id} and spent.amount > 0`),
  );
  await records("spent").replace(spenders.map(({ id, spent }) => ({ key: id, customerId: id, data: { spent } })));
}

const countedTier = (chosen: Settings) => tierOf(sql`(data ->> 'spent')::numeric`, chosen);

/** Suggests the tiers and counts their customers, as of the last `recount`. */
const suggestTiers: Suggest<typeof settings> = ({ shopId }, { settings: chosen }) => sql`
  select ${countedTier(chosen)} as value, null::text as title, count(*) as times, count(*) as customers from api.records
  where shop_id = ${shopId} and plugin = 'loyalty' and kind = 'spent' group by 1`;

const countTiers = (shop: Shop, chosen: Settings) =>
  shop.db.tx((tx) =>
    tx.rows<{ tier: string; customers: string }>(sql`
      select ${countedTier(chosen)} as tier, count(*) as customers from api.records
      where shop_id = ${shop.id} and plugin = 'loyalty' and kind = 'spent' group by 1 order by 1`),
  );

export const loyalty = definePlugin({
  name: "loyalty",
  contract: 1,
  label: "loyalty.label",
  description: "loyalty.description",
  settings,
  check: ({ gold, silver }) =>
    Number(silver) < Number(gold) ? [] : [{ key: "loyalty.settings.silver_too_high", field: "silver" }],
  attributes: {
    loyalty_tier: defineAttribute<typeof settings>({
      label: "loyalty.attribute",
      type: "enum",
      values: Object.keys(TIERS),
      named: TIERS,
      // OFFSET 0: the orders are added up once, not once for each tier.
      sql: (moment, { settings: chosen }) =>
        sql`(select ${tierOf(sql`year.spent`, chosen)} from (select ${spentInAYear(moment)} as spent offset 0) year)`,
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
        // An empty title: the checkout shows the offer's name.
        discount: { title: "", grant: { kind: "percent", percent }, code: null },
      }),
      audience: ({ tier }) => `loyalty_tier = '${tier}'`,
    }),
  },
  cards: {
    loyalty_tiers: {
      label: "loyalty.card",
      place: "home",
      async resolve({ shop, settings: chosen }) {
        const tiers = await countTiers(shop, chosen);
        if (tiers.length === 0) return null;
        const order = Object.keys(TIERS);
        const sorted = tiers.toSorted((one, other) => order.indexOf(one.tier) - order.indexOf(other.tier));
        const rows = sorted.map(({ tier, customers }) => ({
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
