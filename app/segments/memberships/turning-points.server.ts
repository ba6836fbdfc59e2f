// A batch may have several changes of one customer, such as two orders. A move is dated by the change that caused it.
import type { Cause } from "../../customers/change.ts";
import { join, sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import type { Moment } from "../attribute.server.ts";
import type { Instant } from "../../instant.ts";
import { compileAsOf } from "../query/compile/as-of.server.ts";
import type { LiveSegment } from "./live-segment.server.ts";
import type { Difference } from "./stay.server.ts";

type Dated = { cause: string; at: Instant };
type Candidate = { place: number; customer: string; entered: boolean; points: Dated[] };

/** The most verdicts, each of one customer at one instant, per segment. With more, moves are dated by their last cause. */
const MAX_POINTS = 500;

/**
 * By the difference's index in the list: the cause since which the verdict holds without a break. A difference is left out where
 * there is only one cause, where a cause has no instant, or where the query has no history.
 */
export async function turningPoints(
  shop: Shop,
  tx: Tx,
  differences: readonly (Difference & { causes: readonly Cause[] })[],
  { timeZone }: Pick<Moment, "timeZone">,
): Promise<Map<number, Dated>> {
  const turned = new Map<number, Dated>();
  const bySegment = new Map<LiveSegment, Candidate[]>();
  for (const [place, { segment, customer, entered, causes }] of differences.entries()) {
    const points = pointsOf(causes);
    if (points.length < 2) continue;
    const candidates = bySegment.get(segment) ?? [];
    bySegment.set(segment, [...candidates, { place, customer, entered, points }]);
  }
  for (const [segment, candidates] of bySegment) {
    if (candidates.flatMap(({ points }) => points).length > MAX_POINTS) continue;
    const fitting = await verdictsAt(shop, tx, segment, candidates, timeZone);
    for (const { place, entered, points } of candidates) {
      const fits = fitting?.get(place);
      if (!fits) continue;
      const since = points[fits.findLastIndex((fit) => fit !== entered) + 1];
      if (since) turned.set(place, since);
    }
  }
  return turned;
}

/** One point for each instant, oldest first. Empty where a cause has no instant. */
function pointsOf(causes: readonly Cause[]): Dated[] {
  const points = new Map<number, Dated>();
  for (const { cause, at } of causes) {
    if (at === null) return [];
    points.set(Number(at), { cause, at });
  }
  return [...points.values()].toSorted((one, other) => Number(one.at) - Number(other.at));
}

/** By `place`: whether the customer matched at each point. A customer of whom this is not known is left out. Null where the query has no history. */
async function verdictsAt(
  shop: Shop,
  tx: Tx,
  { query, attributes }: LiveSegment,
  candidates: readonly Candidate[],
  timeZone: string,
): Promise<Map<number, boolean[]> | null> {
  const each = candidates.map(({ place, customer, points }) => {
    const verdicts = points.map(({ at }) => compileAsOf(query, attributes, { now: at, timeZone }));
    const fits = verdicts.flatMap((verdict) => (verdict.ok ? [verdict.fits] : []));
    return { place, customer, fits, isKnown: fits.length === points.length };
  });
  if (!each.every(({ isKnown }) => isKnown)) return null;
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
