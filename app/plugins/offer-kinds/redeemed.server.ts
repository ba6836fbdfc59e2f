// The function offer_redeemed selects customers by the offers that their orders used.
import { sql, type Sql } from "../../db.server.ts";
import type { AttributeFunction, ParamTest, Suggest } from "../../segments/attribute.server.ts";

/** The shop's published offers, by their handles. */
export const suggestOffers: Suggest = ({ shopId }) =>
  sql`select o.handle as value, o.name as title, 1 as times from offer o
      where o.shop_id = ${shopId} and o.wish not in ('draft', 'deleted')`;

/** The customer's redemptions that pass every parameter but the count and the date. */
const redeemed = (test: ParamTest): Sql => sql`from api.redemptions r
  where r.shop_id = c.shop_id and r.customer_id = c.id and ${test("offer", sql`r.offer`)}`;

export const offerRedeemed: AttributeFunction = {
  label: "offer-kinds.redeemed",
  params: {
    offer: { type: "string", label: "offer-kinds.param.offer", suggest: suggestOffers, closed: true },
    date: { type: "date", label: "offer-kinds.param.date" },
    count: { type: "integer", label: "offer-kinds.param.count" },
  },
  reads: ["orders"],
  flips: (test) => sql`exists (select ${redeemed(test)} and ${test.differs("date", sql`r.ordered_at`)})`,
  sql: (test) => {
    const found = sql`${redeemed(test)} and ${test("date", sql`r.ordered_at`)}`;
    return test.given("count") ? sql`(select ${test("count", sql`count(*)`)} ${found})` : sql`exists (select ${found})`;
  },
};
