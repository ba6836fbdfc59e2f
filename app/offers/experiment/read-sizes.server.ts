// How large an effect a test can show, before it is launched: from what the segment's customers did in the last weeks.
import { openStay } from "../../customers/open-stay.server.ts";
import { digitsOf } from "../../currency.ts";
import { sql } from "../../db.server.ts";
import { readBase } from "../../experiments/outcomes/base.server.ts";
import { launchOf, type Launch } from "../../experiments/launch.ts";
import { decimalOf, numberOf } from "../../experiments/statistics/amount.ts";
import { memberCount } from "../../segments/figures.server.ts";
import { readMargin } from "../../shop-settings.server.ts";
import type { Shop } from "../../shop.server.ts";
import { measureOf, type Measure } from "./test-of-offer.ts";

/** The customers whose orders are read. More do not change the figures much. */
const SAMPLE = 5000;

/** `share`: of the customers who bought in the last 28 days. `mean`: what a customer brought in these days. */
export type TestSizes = { measure: Measure; people: number; share: number; mean: string; asked: Launch; half: Launch };

/** Null: the segment has no customers, or none of them has ordered, so that nothing can be said. `holdout`: in percent. */
export async function readSizes(shop: Shop, segmentId: string, holdout: number): Promise<TestSizes | null> {
  if (!(holdout > 0 && holdout < 100)) return null;
  const sample = sql`(
    select m.customer_id from membership m where m.shop_id = ${shop.id} and m.segment_id = ${segmentId} and ${openStay}
    order by hashtext(m.customer_id) limit ${SAMPLE})`;
  const margin = await readMargin(shop);
  const { base, people } = await shop.db.tx(async (tx) => {
    const [row] = await tx.rows<{ people: number }>(sql`
      select (${memberCount})::int as people from segment s where s.shop_id = ${shop.id} and s.id = ${segmentId}`);
    return { base: await readBase(shop, tx, sample, margin), people: row?.people ?? 0 };
  });
  if (!base || people === 0) return null;
  const digits = digitsOf(shop.currency);
  const launch = (holdoutShare: number) =>
    launchOf({ people, arms: 1, holdoutShare, base: base.share, deviation: base.deviation, digits });
  return {
    ...{ measure: measureOf(margin), people, share: base.share, mean: decimalOf(numberOf(base.mean), digits) },
    ...{ asked: launch(holdout / 100), half: launch(0.5) },
  };
}
