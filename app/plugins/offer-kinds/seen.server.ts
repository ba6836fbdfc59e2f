// The function offer_seen selects customers by the offers that their browsers showed.
import { sql, type Sql } from "../../db.server.ts";
import type { AttributeFunction, ParamTest } from "../../segments/attribute.server.ts";
import { suggestOffers } from "./redeemed.server.ts";

/** What the customer saw that passes every parameter but the count and the date. */
const seen = (test: ParamTest): Sql => sql`from api.offer_views v
  where v.shop_id = c.shop_id and v.customer_id = c.id and v.kind = 'seen' and ${test("offer", sql`v.offer`)}`;

export const offerSeen: AttributeFunction = {
  label: "offer-kinds.seen",
  params: {
    offer: { type: "string", label: "offer-kinds.param.offer", suggest: suggestOffers, closed: true },
    date: { type: "date", label: "offer-kinds.seen_date" },
    count: { type: "integer", label: "offer-kinds.param.count" },
  },
  reads: ["activity"],
  flips: (test) => sql`exists (select ${seen(test)} and ${test.differs("date", sql`v.at`)})`,
  sql: (test) => {
    const found = sql`${seen(test)} and ${test("date", sql`v.at`)}`;
    return test.given("count") ? sql`(select ${test("count", sql`count(*)`)} ${found})` : sql`exists (select ${found})`;
  },
};
