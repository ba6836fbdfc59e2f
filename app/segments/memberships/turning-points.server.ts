// A batch may have several changes of one customer, such as two orders, and midnights may have passed since the segment's last
// evaluation. A move is dated by the change or by the midnight that caused it.
import type { Cause } from "../../customers/change.ts";
import { join, sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import type { Moment } from "../attribute.server.ts";
import type { Instant } from "../../instant.ts";
import { compileAsOf } from "../query/compile/as-of.server.ts";
import { compile } from "../query/compile/compile.server.ts";
import { midnightsSince } from "./due.server.ts";
import type { LiveSegment } from "./live-segment.server.ts";
import type { Difference } from "./stays/stay.server.ts";

type Dated = { cause: string; at: Instant };
/** `isRead`: the query reads facts that changed. */
type Explained = Difference & { causes: readonly Cause[]; isRead: boolean };
type Candidate = Pick<Explained, "customer" | "entered" | "isRead"> & { place: number; points: Dated[] };

/** The most verdicts, each of one customer at one instant, per segment. With more, moves are dated by their last cause. */
const MAX_POINTS = 500;

/**
 * By the difference's index in the list: the cause since which the verdict holds without a break. A difference is left out if it
 * has only one cause, if the order of its causes is unknown, or if the query reads changed facts without a history.
 */
export async function turningPoints(
  shop: Shop,
  tx: Tx,
  differences: readonly Explained[],
  moment: Moment,
): Promise<Map<number, Dated>> {
  const turned = new Map<number, Dated>();
  const bySegment = new Map<LiveSegment, Candidate[]>();
  for (const [place, { segment, customer, entered, causes, isRead }] of differences.entries()) {
    const points = pointsOf(causes, timesOf(segment, moment), moment.now);
    if (points.length < 2) continue;
    const candidates = bySegment.get(segment) ?? [];
    bySegment.set(segment, [...candidates, { place, customer, entered, isRead, points }]);
  }
  for (const [segment, candidates] of bySegment) {
    if (candidates.flatMap(({ points }) => points).length > MAX_POINTS) continue;
    const fitting = await verdictsAt(shop, tx, segment, candidates, moment.timeZone);
    for (const { place, entered, points } of candidates) {
      const fits = fitting?.get(place);
      if (!fits) continue;
      const since = points[fits.findLastIndex((fit) => fit !== entered) + 1];
      if (since && since.cause !== EVALUATED) turned.set(place, since);
    }
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

/**
 * For each `place` with a history, whether the customer matched at each point. Facts that did not change count as they are now.
 */
async function verdictsAt(
  shop: Shop,
  tx: Tx,
  { query, attributes }: LiveSegment,
  candidates: readonly Candidate[],
  timeZone: string,
): Promise<Map<number, boolean[]> | null> {
  const all = candidates.map(({ place, customer, points, isRead }) => {
    const fits = points.flatMap(({ at }) => {
      const then = { now: at, timeZone };
      const past = compileAsOf(query, attributes, then);
      if (past.ok) return [past.fits];
      return isRead ? [] : [sql`(${compile(query, attributes, then)}) is true`];
    });
    return { place, customer, fits, isKnown: fits.length === points.length };
  });
  const each = all.filter(({ isKnown }) => isKnown);
  if (each.length === 0) return null;
  const selects = each.map(
    ({ place, customer, fits }) => sql`
      select ${place}::int as place, array[${join(fits)}] as fits from customer c
      where c.shop_id = ${shop.id} and c.id = ${customer}`,
  );
  const rows = await tx.rows<{ place: number; fits: (boolean | null)[] }>(join(selects, " union all "));
  return new Map(
    rows.flatMap(({ place, fits }) => (fits.every((fit) => fit !== null) ? [[place, fits] as const] : [])),
  );
}
