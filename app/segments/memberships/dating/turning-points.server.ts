// A batch may have several changes of one customer, such as two orders, and midnights may have passed since the segment's last
// evaluation. A move is dated by the change or by the midnight that caused it.
import type { Cause } from "../../../customers/change.ts";
import { sql, type Tx } from "../../../db.server.ts";
import type { Shop } from "../../../shop.server.ts";
import type { Moment } from "../../attribute.server.ts";
import type { Instant } from "../../../instant.ts";
import { compileAsOf } from "../../query/compile/as-of.server.ts";
import { compile } from "../../query/compile/compile.server.ts";
import { midnightsSince } from "../due.server.ts";
import type { LiveSegment } from "../live-segment.server.ts";
import type { Difference } from "../stays/stay.server.ts";
import { verdictsAt, type Work } from "./work.server.ts";

type Dated = { cause: string; at: Instant };
/** `isRead`: the query reads facts that changed. */
type Explained = Difference & { causes: readonly Cause[]; isRead: boolean };

/**
 * By customer: the cause since which the verdict holds without a break. A difference is left out if it has only one cause, if the
 * order of its causes is unknown, or if the query reads changed facts without a history. Facts that did not change count as they are
 * now. Null where the work is too much.
 */
export async function turningPoints(
  shop: Shop,
  tx: Tx,
  segment: LiveSegment,
  differences: readonly Explained[],
  moment: Moment,
  work: Work,
): Promise<Map<string, Dated> | null> {
  const { query, attributes } = segment;
  const times = timesOf(segment, moment);
  const candidates = differences.flatMap((difference) => {
    const points = pointsOf(difference.causes, times, moment.now);
    return points.length < 2 ? [] : [{ ...difference, points }];
  });
  const asked = candidates.map(({ customer, points, isRead }) => ({
    customers: [customer],
    points,
    fitsAt: ({ at }: Dated) => {
      const then = { now: at, timeZone: moment.timeZone };
      const past = compileAsOf(query, attributes, then);
      if (past.ok) return past.fits;
      return isRead ? null : sql`((${compile(query, attributes, then)}) is true)`;
    },
  }));
  const verdicts = await verdictsAt({ shopId: shop.id, tx, work }, asked);
  if (verdicts === null) return null;
  const turned = new Map<string, Dated>();
  for (const { customer, entered, points } of candidates) {
    const fits = verdicts.get(customer);
    if (!fits) continue;
    const since = points[fits.findLastIndex((fit) => fit !== entered) + 1];
    if (since && since.cause !== EVALUATED) turned.set(customer, since);
  }
  return turned;
}

/** The point of the last evaluation. If a verdict held there already, neither time nor a later cause brought it about. */
const EVALUATED = "evaluated";

/** The last evaluation and the midnights since. Empty if time alone changes no membership, or if no midnight has passed. */
function timesOf({ changesWithTime, evaluatedAt }: LiveSegment, moment: Moment): Dated[] {
  const midnights = !changesWithTime || evaluatedAt === null ? null : midnightsSince(evaluatedAt, moment);
  if (midnights === null || evaluatedAt === null) return [];
  return [{ cause: EVALUATED, at: evaluatedAt }, ...midnights.map((at) => ({ cause: "time", at }))];
}

/** One point for each instant, oldest first. Empty where a cause has no instant and no midnight has passed. */
function pointsOf(causes: readonly Cause[], times: readonly Dated[], now: Instant): Dated[] {
  const points = new Map(times.map((each) => [Number(each.at), each]));
  for (const { cause, at } of causes) {
    if (at === null && times.length === 0) return [];
    points.set(Number(at ?? now), { cause, at: at ?? now });
  }
  return [...points.values()].toSorted((one, other) => Number(one.at) - Number(other.at));
}
