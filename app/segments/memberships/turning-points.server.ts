// Several things that changed a customer may come in one batch, such as two orders: a stay is dated by the one that made it so.
import type { Cause } from "../../customers/change.ts";
import { join, sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import type { Moment } from "../attribute.server.ts";
import type { Instant } from "../../instant.ts";
import { compileAsOf } from "../query/compile/as-of.server.ts";
import type { LiveSegment } from "./live-segment.server.ts";
import type { Difference } from "./stay.server.ts";

type Dated = { cause: string; at: Instant };
type Asked = { place: number; customer: string; entered: boolean; points: Dated[] };

/** So many verdicts, of a customer and an instant, are asked for at most; what is beyond is dated by its last cause. */
const MOST_POINTS = 500;

/**
 * By the difference's place in the list, the cause since which it has been so without a break. Left out where there is one
 * cause, where one has no instant, or where the query has no history.
 */
export async function turningPoints(
  shop: Shop,
  tx: Tx,
  differences: readonly (Difference & { causes: readonly Cause[] })[],
  { timeZone }: Pick<Moment, "timeZone">,
): Promise<Map<number, Dated>> {
  const turned = new Map<number, Dated>();
  const bySegment = new Map<LiveSegment, Asked[]>();
  for (const [place, { segment, customer, entered, causes }] of differences.entries()) {
    const points = pointsOf(causes);
    if (points.length < 2) continue;
    const asked = bySegment.get(segment) ?? [];
    bySegment.set(segment, [...asked, { place, customer, entered, points }]);
  }
  for (const [segment, asked] of bySegment) {
    if (asked.flatMap(({ points }) => points).length > MOST_POINTS) continue;
    const fitting = await verdictsAt(shop, tx, segment, asked, timeZone);
    for (const { place, entered, points } of asked) {
      const fits = fitting?.get(place);
      if (!fits) continue;
      const since = points[fits.findLastIndex((fit) => fit !== entered) + 1];
      if (since) turned.set(place, since);
    }
  }
  return turned;
}

/** One for each instant, oldest first; none where an instant is not known. */
function pointsOf(causes: readonly Cause[]): Dated[] {
  const points = new Map<number, Dated>();
  for (const { cause, at } of causes) {
    if (at === null) return [];
    points.set(Number(at), { cause, at });
  }
  return [...points.values()].toSorted((one, other) => Number(one.at) - Number(other.at));
}

/** By place, whether the customer fitted at each of its points. Null where the query has no history. */
async function verdictsAt(
  shop: Shop,
  tx: Tx,
  { query, attributes }: LiveSegment,
  asked: readonly Asked[],
  timeZone: string,
): Promise<Map<number, boolean[]> | null> {
  const each = asked.map(({ place, customer, points }) => {
    const verdicts = points.map(({ at }) => compileAsOf(query, attributes, { now: at, timeZone }));
    const fits = verdicts.flatMap((verdict) => (verdict.ok ? [sql`(${verdict.fits}) is true`] : []));
    return { place, customer, fits, isKnown: fits.length === points.length };
  });
  if (!each.every(({ isKnown }) => isKnown)) return null;
  const selects = each.map(
    ({ place, customer, fits }) => sql`
      select ${place}::int as place, array[${join(fits)}] as fits from customer c
      where c.shop_id = ${shop.id} and c.id = ${customer}`,
  );
  const rows = await tx.rows<{ place: number; fits: boolean[] }>(join(selects, " union all "));
  return new Map(rows.map(({ place, fits }) => [place, fits]));
}
