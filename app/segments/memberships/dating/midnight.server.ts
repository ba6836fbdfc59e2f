// Dates the moves that an evaluation of the whole shop finds because midnights passed.
import { sql, type Tx } from "../../../db.server.ts";
import type { Instant } from "../../../instant.ts";
import type { Shop } from "../../../shop.server.ts";
import type { Moment } from "../../attribute.server.ts";
import { compile } from "../../query/compile/compile.server.ts";
import { midnightsSince } from "../due.server.ts";
import type { LiveSegment } from "../live-segment.server.ts";
import type { Difference } from "../stays/stay.server.ts";
import { MAX_WORK, verdictsAt } from "./work.server.ts";

/**
 * By customer: the first midnight since the last evaluation from which the verdict holds. A customer is left out whose verdict does not
 * hold at the last midnight, and all customers where the work is too much.
 */
export async function midnightsOf(
  shop: Shop,
  tx: Tx,
  { query, attributes, evaluatedAt }: LiveSegment,
  differences: readonly Difference[],
  moment: Moment,
): Promise<Map<string, Instant>> {
  const midnights = evaluatedAt && midnightsSince(evaluatedAt, moment);
  if (!midnights || differences.length === 0) return new Map();
  const asked = {
    customers: differences.map(({ customer }) => customer),
    points: midnights,
    fitsAt: (now: Instant) => sql`((${compile(query, attributes, { now, timeZone: moment.timeZone })}) is true)`,
  };
  const verdicts = await verdictsAt({ shopId: shop.id, tx, work: { left: MAX_WORK } }, [asked]);
  const became = new Map<string, Instant>();
  for (const { customer, entered } of differences) {
    const fits = verdicts?.get(customer) ?? [];
    const at = midnights[fits.findLastIndex((fit) => fit !== entered) + 1];
    if (fits.length > 0 && at) became.set(customer, at);
  }
  return became;
}
