// Finds the cause and the instant of each move in a batch, from the changes in the batch.
import { type Cause, type Causes, type Changes, latest, type Reads } from "../../customers/change.ts";
import { join, sql, type Tx } from "../../db.server.ts";
import { addDays, dayAt, midnightDaysAgo, startOfDay } from "../../local-time.ts";
import type { Shop } from "../../shop.server.ts";
import type { Moment } from "../attribute.server.ts";
import type { LiveSegment } from "./live-segment.server.ts";
import { compile } from "../query/compile/compile.server.ts";
import { turningPoints } from "./turning-points.server.ts";
import type { Difference, Reason } from "./stays/stay.server.ts";
import type { Instant } from "../../instant.ts";

/**
 * The causes of the changes on which the segment's query depends. If there are none, the causes of a change of the profile (the
 * customer was added or removed). If there are none of these either, the cause is time.
 */
function causesFor(causes: Causes, asks: ReadonlySet<Reads>): [Cause, ...Cause[]] {
  const [first, ...others] = [...causes].flatMap(([reads, all]) => (asks.has(reads) ? all : []));
  return first ? [first, ...others] : (causes.get("profile") ?? [{ cause: "time", at: null }]);
}

/** Gives each difference its cause and its instant, from the changes of its customer. */
export async function explain(
  shop: Shop,
  tx: Tx,
  differences: readonly Difference[],
  changes: Changes,
  moment: Moment,
): Promise<(Difference & Reason)[]> {
  const today = midnightDaysAgo(0, moment.now, moment.timeZone);
  const explained = differences.map((difference) => {
    const changed: Causes = changes.get(difference.customer) ?? new Map();
    const causes = causesFor(changed, difference.segment.asks);
    const isRead = [...changed.keys()].some((reads) => difference.segment.asks.has(reads));
    return { ...difference, ...latest(causes), causes, isRead };
  });
  const late = explained.filter(({ segment, at }) => segment.changesWithTime && at !== null && at < today);
  const since = new Map<string, Map<string, Instant | null>>();
  for (const [segment, those] of Map.groupBy(late, (each) => each.segment))
    since.set(segment.id, await lateSince(shop, tx, segment, those, moment));
  const turned = await turningPoints(shop, tx, explained, moment);
  return explained.map(({ causes: _, isRead: _isRead, ...each }, at) => {
    const turn = turned.get(at);
    if (turn) return { ...each, ...turn };
    const ofSegment = since.get(each.segment.id);
    const became = ofSegment?.has(each.customer) ? (ofSegment.get(each.customer) ?? null) : each.at;
    if (became === null) return { ...each, at: moment.now };
    // The customer's last order may have caused the move, so the move is not dated before that order.
    const last = each.segment.asks.has("orders") ? Number(each.lastOrderAt ?? 0) : 0;
    return { ...each, at: new Date(Math.max(Number(became), last)) };
  });
}

type Late = { customer: string; at: Instant | null };

/** The most verdicts, each of one customer on one day, that are computed. */
const MAX_VERDICTS = 5000;

/**
 * For changes that happened on an earlier day, after which time may have changed the verdict again. The verdict is computed for
 * each day since, and today's verdict is dated on the first day from which it holds without a break. Null for a customer where
 * too many verdicts would have to be computed.
 */
async function lateSince(
  shop: Shop,
  tx: Tx,
  { query, attributes }: LiveSegment,
  late: readonly Late[],
  { now, timeZone }: Moment,
): Promise<Map<string, Instant | null>> {
  const since = new Map<string, Instant | null>(late.map(({ customer }) => [customer, null]));
  if (late.length === 0) return since;
  const first = new Date(Math.min(...late.map(({ at }) => Number(at))));
  const days: Instant[] = [];
  for (let day = dayAt(first, timeZone); startOfDay(day, timeZone) <= now; day = addDays(day, 1)) {
    days.push(startOfDay(day, timeZone));
    if (days.length * late.length > MAX_VERDICTS) return since;
  }
  const verdicts = days.map((day) => sql`(${compile(query, attributes, { now: day, timeZone })}) is true`);
  const rows = await tx.rows<{ id: string; fits: boolean[] }>(sql`
    select c.id, array[${join(verdicts)}] as fits from customer c
    where c.shop_id = ${shop.id} and c.id = any(${late.map(({ customer }) => customer)}::text[])`);
  const fitting = new Map(rows.map(({ id, fits }) => [id, fits]));
  for (const { customer, at } of late) {
    const fits = fitting.get(customer);
    if (!fits || at === null) continue;
    const changed = fits.findLastIndex((fit) => fit !== fits.at(-1)) + 1;
    const became = days[changed] ?? now;
    since.set(customer, became > at ? became : at);
  }
  return since;
}
