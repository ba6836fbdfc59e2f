// Why and when a customer's verdict changed in a segment, by the changes of a batch.
import { type Cause, type Causes, type Changes, latest, type Reads } from "../../customers/change.ts";
import { join, sql, type Tx } from "../../db.server.ts";
import { addDays, dayAt, midnightDaysAgo, startOfDay } from "../../local-time.ts";
import type { Shop } from "../../shop.server.ts";
import type { Moment } from "../attribute.server.ts";
import type { LiveSegment } from "./live-segment.server.ts";
import { compile } from "../query/compile/compile.server.ts";
import { turningPoints } from "./turning-points.server.ts";
import type { Difference, Reason } from "./stay.server.ts";
import type { Instant } from "../../instant.ts";

/** What a segment asks about comes first; then the customer's coming and going. Nothing of these: time passed. */
function causesFor(causes: Causes, asks: ReadonlySet<Reads>): [Cause, ...Cause[]] {
  const [first, ...others] = [...causes].flatMap(([reads, all]) => (asks.has(reads) ? all : []));
  return first ? [first, ...others] : (causes.get("profile") ?? [{ cause: "time", at: null }]);
}

/** Dates each difference by the changes of its customer. */
export async function explain(
  shop: Shop,
  tx: Tx,
  differences: readonly Difference[],
  changes: Changes,
  moment: Moment,
): Promise<(Difference & Reason)[]> {
  const today = midnightDaysAgo(0, moment.now, moment.timeZone);
  const explained = differences.map((difference) => {
    const causes = causesFor(changes.get(difference.customer) ?? new Map(), difference.segment.asks);
    return { ...difference, ...latest(causes), causes };
  });
  const late = explained.filter(({ segment, at }) => segment.timing !== "never" && at !== null && at < today);
  const since = new Map<string, Map<string, Instant | null>>();
  for (const [segment, those] of Map.groupBy(late, (each) => each.segment))
    since.set(segment.id, await lateSince(shop, tx, segment, those, moment));
  const turned = await turningPoints(shop, tx, explained, moment);
  return explained.map(({ causes: _, ...each }, at) => {
    const turn = turned.get(at);
    if (turn) return { ...each, ...turn };
    const ofSegment = since.get(each.segment.id);
    const became = ofSegment?.has(each.customer) ? (ofSegment.get(each.customer) ?? null) : each.at;
    if (became === null) return { ...each, at: moment.now };
    // It was not surely so before the customer's last order.
    const last = each.segment.asks.has("orders") ? Number(each.lastOrderAt ?? 0) : 0;
    return { ...each, at: new Date(Math.max(Number(became), last)) };
  });
}

type Late = { customer: string; at: Instant | null };

/** So many verdicts, of a customer and a day, are asked for at most. */
const MOST_LATE = 5000;

/**
 * What happened on an earlier day may have become so, or ceased to be so, as days passed since: each day is looked at, and
 * what holds today holds since the first day of the last unbroken run. Null where there are too many days to look at.
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
    if (days.length * late.length > MOST_LATE) return since;
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
