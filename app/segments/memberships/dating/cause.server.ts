// Finds the cause and the instant of each move in a batch, from the changes in the batch.
import { type Cause, type Causes, type Changes, latest, type Reads } from "../../../customers/change.ts";
import { sql, type Tx } from "../../../db.server.ts";
import type { Instant } from "../../../instant.ts";
import { midnightDaysAgo } from "../../../local-time.ts";
import type { Shop } from "../../../shop.server.ts";
import type { Moment } from "../../attribute.server.ts";
import { attempt, markMember, SEGMENT_TIMEOUT_MS } from "../failing.server.ts";
import type { Engine, LiveSegment } from "../live-segment.server.ts";
import type { Difference, Reason } from "../stays/stay.server.ts";
import { pastOf } from "../../query/compile/as-of.server.ts";
import { clausesOf } from "../../query/grammar/ast.ts";
import { lateSince } from "./late.server.ts";
import { turningPoints } from "./turning-points.server.ts";
import { MAX_WORK, type Work } from "./work.server.ts";

/**
 * The causes of the changes on which the segment's query depends. If there are none, the causes of a change of the profile (the
 * customer was added or removed). If there are none of these either, the cause is time.
 */
function causesFor(causes: Causes, asks: ReadonlySet<Reads>): [Cause, ...Cause[]] {
  const [first, ...others] = [...causes].flatMap(([reads, all]) => (asks.has(reads) ? all : []));
  return first ? [first, ...others] : (causes.get("profile") ?? [{ cause: "time", at: null }]);
}

type Explained = Difference & Reasons;
type Reasons = { cause: string; at: Instant | null; depth: number; causes: readonly Cause[]; isRead: boolean };

/** Gives each difference its cause and its instant, from the changes of its customer. */
export async function explain(
  shop: Shop,
  tx: Tx,
  engine: Engine,
  { differences, changes, moment }: { differences: readonly Difference[]; changes: Changes; moment: Moment },
): Promise<(Difference & Reason)[]> {
  const explained = differences.map((difference): Explained => {
    const changed: Causes = changes.get(difference.customer) ?? new Map();
    const causes = causesFor(changed, difference.segment.asks);
    const isRead = [...changed.keys()].some((reads) => difference.segment.asks.has(reads));
    const depth = Math.max(...causes.map((each) => each.depth ?? 0));
    return { ...difference, ...latest(causes), depth, causes, isRead };
  });
  const bySegment = Map.groupBy(explained, ({ segment }) => segment);
  const dates = new Map<LiveSegment, Map<string, Reason>>();
  let [left, segments] = [MAX_WORK, bySegment.size];
  for (const [segment, those] of bySegment) {
    // The segments share what is left in equal parts, so that one segment does not use the work of the others.
    const share = Math.floor(left / segments);
    const work = { left: share };
    dates.set(segment, await datesOf(shop, tx, engine, { segment, explained: those, moment, work }));
    left -= share - Math.max(work.left, 0);
    segments -= 1;
  }
  return explained.map(({ causes: _, isRead: _isRead, ...each }) => ({
    ...each,
    ...(dates.get(each.segment)?.get(each.customer) ?? { cause: each.cause, at: moment.now }),
  }));
}

type Dated = { segment: LiveSegment; explained: readonly Explained[]; moment: Moment; work: Work };

/**
 * By customer. Where a statement of the dating fails or the work is too much, a move has the latest instant that it can have: that of
 * the customer's last change, or `now` where time may have changed the verdict since.
 */
async function datesOf(
  shop: Shop,
  tx: Tx,
  engine: Engine,
  { segment, explained, moment, work }: Dated,
): Promise<Map<string, Reason>> {
  const customers = explained.map(({ customer }) => customer);
  const tried = <T>(date: () => Promise<T>) => datedOrNull(shop, tx, engine, { segment, customers, moment, date });
  const turned = await tried(() => turningPoints(shop, tx, segment, explained, moment, work));
  const today = midnightDaysAgo(0, moment.now, moment.timeZone);
  const late = explained.flatMap(({ customer, at }) =>
    segment.changesWithTime && at !== null && at < today && !turned?.has(customer) ? [{ customer, at }] : [],
  );
  const since = late.length > 0 ? await tried(() => lateSince(shop, tx, segment, late, moment, work)) : null;
  const isLate = new Set(late.map(({ customer }) => customer));
  return new Map(
    explained.map(({ customer, cause, at, lastOrderAt }): [string, Reason] => {
      const turn = turned?.get(customer);
      if (turn) return [customer, turn];
      const became = isLate.has(customer) ? since?.get(customer) : at;
      if (!became) return [customer, { cause, at: moment.now }];
      // The customer's last order may have caused the move, so the move is not dated before that order.
      const last = segment.asks.has("orders") ? Number(lastOrderAt ?? 0) : 0;
      return [customer, { cause, at: new Date(Math.max(Number(became), last)) }];
    }),
  );
}

type ToDate = { segment: LiveSegment; customers: readonly string[]; moment: Moment };

/** Null where the dating fails. The verdict stands all the same. */
export async function datedOrNull<T>(
  shop: Shop,
  tx: Tx,
  engine: Engine,
  { segment, customers, moment, date }: ToDate & { date: () => Promise<T> },
): Promise<T | null> {
  const tried = await attempt(shop, tx, SEGMENT_TIMEOUT_MS, date);
  if (tried.ok) return tried.value;
  const members = clausesOf(segment.query).map((clause) => ({
    attribute: clause.name.text,
    compose() {
      const past = pastOf(clause, segment.attributes[clause.name.text], moment);
      return past && sql`(${past}) is not null`;
    },
  }));
  await markMember({ shop, tx, engine }, tried.error, members, sql`c.id = any(${customers}::text[])`);
  shop.log.error({ err: tried.error as Error, segment: segment.id }, "moves of a segment could not be dated exactly");
  return null;
}
