// Evaluates one segment: over those whom a new day may have moved, or over the whole shop after a changed query. That is done
// in chunks of customers, each a short transaction, so that applying webhooks never waits long.
import { type Sql, sql, type Tx } from "../../db.server.ts";
import { nextMidnight } from "../../local-time.ts";
import type { Shop } from "../../shop.server.ts";
import type { Moment } from "../attribute.server.ts";
import { judgeSince } from "./due.server.ts";
import { attempt, markFailed, PART_MS } from "./failing.server.ts";
import {
  addCounts,
  type Engine,
  faultText,
  hasFailed,
  type LiveSegment,
  lockMembership,
  type Move,
  readOnce,
} from "./live-segment.server.ts";
import type { Settle } from "./membership.server.ts";
import { figures } from "../figures.server.ts";
import { planned } from "./plan.server.ts";
import { compile } from "../query/compile/compile.server.ts";
import type { Fault } from "../query/fault.ts";
import { askForRevenue, markRevenueStale } from "./revenue.server.ts";
import { findDifferences, type Verdict, writeMoves } from "./stay.server.ts";
import { takeBackStays } from "./wrong-clock.server.ts";
import type { Instant } from "../../instant.ts";

const CUSTOMERS_A_CHUNK = 20_000;

export type Build = { entered: number; left: number };
type Segment = {
  query: string;
  version: number;
  evaluatedAt: Instant | null;
  /** By another zone or currency than the shop has now. */
  isOtherwise: boolean;
  fault: string | null;
  next: Instant | null;
};
type Step = Build & { version: number; upTo: string | null };

/**
 * Job segments.evaluate. Null where there is no such segment, or its query cannot be read any more (its fault says why).
 * A due segment is judged over those whom time may have moved. Over the whole shop, the cause of moves is `saved` after a
 * new query, `config` after the shop's zone, currency or plugins changed, and else `time`; each is dated as it is recorded.
 */
export async function evaluateSegment(
  shop: Shop,
  segmentId: string,
  engine: Engine,
  settle: Settle,
): Promise<Build | null> {
  const moment = { now: shop.now(), timeZone: shop.timeZone };
  const build = { entered: 0, left: 0 };
  let version: number | null = null;
  let after: string | null = null;
  for (;;) {
    const before: Pick<Chunk, "version" | "after"> = { version, after };
    const step: Step | null = await shop.db.tx((tx) =>
      evaluateChunk(shop, tx, { segmentId, engine, settle, moment, ...before }),
    );
    if (!step) return null;
    build.entered += step.entered;
    build.left += step.left;
    if (step.upTo === null) return build;
    version = step.version;
    after = step.upTo;
  }
}

type Chunk = {
  segmentId: string;
  engine: Engine;
  settle: Settle;
  moment: Moment;
  /** Which query the chunk before had, and its last customer. */
  version: number | null;
  after: string | null;
};

async function evaluateChunk(shop: Shop, tx: Tx, chunk: Chunk): Promise<Step | null> {
  const { segmentId, engine, moment } = chunk;
  await lockMembership(shop, tx);
  const [segment] = await tx.rows<Segment>(sql`
    select s.query, s.query_version as version, f.evaluated_at as "evaluatedAt", f.fault, f.next_evaluation_at as next,
      f.evaluated_as is distinct from ${standardOf(shop)} as "isOtherwise" from segment s ${figures}
    where s.shop_id = ${shop.id} and s.id = ${segmentId} and s.archived_at is null`);
  if (!segment || isPausing(segment, moment.now)) return null;
  const read = readOnce(segment.query, engine);
  if (Array.isArray(read)) {
    await markUnreadable(shop, tx, { id: segmentId, version: segment.version }, read, moment);
    return null;
  }
  // The query was changed on the way: what was written follows the old one, so begin anew.
  const after = chunk.version === segment.version ? chunk.after : null;
  if (after === null) await takeBack(shop, tx, chunk, segment);
  await beginFigures(shop, tx, segmentId, segment.version);
  const live = { id: segmentId, version: segment.version, ...read };
  const found =
    (after === null ? await movedByTime(shop, tx, live, segment, moment) : null) ??
    (await movesOf(shop, tx, engine, { segment: live, after, cause: causeOf(segment, moment), moment }));
  if (!found) return null;
  const { moves, upTo, isWhole } = found;
  await addCounts(shop, tx, moves);
  if (moves.length > 0) await markRevenueStale(shop, tx);
  if (upTo === null) {
    const done = await finish(shop, tx, live, moment, isWhole);
    if (done > 0) await askForRevenue(shop, tx, segmentId);
  }
  await chunk.settle(tx, moves);
  const entered = moves.filter((move) => move.entered).length;
  return { version: segment.version, upTo, entered, left: moves.length - entered };
}

/** Members are counted from the first chunk on. */
const beginFigures = (shop: Shop, tx: Tx, segmentId: string, version: number): Promise<number> =>
  tx.run(sql`
    insert into segment_figures (shop_id, segment_id, version) values (${shop.id}, ${segmentId}, ${version})
    on conflict do nothing`);

/** `upTo`: the last customer of a chunk; null where all is done. `isWhole`: the shop is gone through. */
type Found = { moves: Move[]; upTo: string | null; isWhole: boolean };

const isDue = ({ next }: Segment, now: Instant): boolean => next !== null && next <= now;

/** Null where more than time may have moved customers, or whom it moved cannot be told. */
async function movedByTime(
  shop: Shop,
  tx: Tx,
  live: LiveSegment,
  segment: Segment,
  moment: Moment,
): Promise<Found | null> {
  const { evaluatedAt, isOtherwise, fault } = segment;
  if (!evaluatedAt || isOtherwise || fault !== null || !isDue(segment, moment.now)) return null;
  const moves = await judgeSince(shop, tx, live, evaluatedAt, moment);
  return moves && { moves, upTo: null, isWhole: false };
}

function causeOf(segment: Segment, { now }: Moment): string {
  if (!segment.evaluatedAt) return "saved";
  return segment.fault === null && !segment.isOtherwise && isDue(segment, now) ? "time" : "config";
}

/** Before the first chunk of a segment that was judged in a time to come. */
async function takeBack(shop: Shop, tx: Tx, { segmentId, moment, settle }: Chunk, segment: Segment): Promise<void> {
  if ((segment.evaluatedAt?.getTime() ?? 0) <= moment.now.getTime() + LONGEST_WAIT_MS) return;
  const moves = await takeBackStays(shop, tx, segmentId);
  await addCounts(shop, tx, moves);
  await settle(tx, moves);
}

type Wording = Pick<LiveSegment, "id" | "version">;

const markUnreadable = (shop: Shop, tx: Tx, { id, version }: Wording, faults: Fault[], { now, timeZone }: Moment) =>
  tx.run(sql`
    insert into segment_figures (shop_id, segment_id, version, fault, evaluated_at, next_evaluation_at)
    values (${shop.id}, ${id}, ${version}, ${faultText(faults)}, ${now}::timestamptz, ${nextMidnight(now, timeZone)}::timestamptz)
    on conflict (shop_id, segment_id) do update set version = excluded.version, fault = excluded.fault,
      evaluated_at = excluded.evaluated_at, next_evaluation_at = excluded.next_evaluation_at`);

/** No day of a shop is longer, and no pause: a date that is further ahead was set by a clock that was wrong. */
const LONGEST_WAIT_MS = 26 * 3_600_000;

/** Another segment that asks the same failed meanwhile: this one need not find it out by itself. */
const isPausing = ({ fault, next }: Segment, now: Instant): boolean => {
  const wait = next === null ? 0 : next.getTime() - now.getTime();
  return hasFailed(fault) && wait > 0 && wait <= LONGEST_WAIT_MS;
};

const between =
  (after: string | null, upTo: string | null) =>
  (id: Sql): Sql =>
    sql`(${id} > ${after ?? ""} and (${upTo}::text is null or ${id} <= ${upTo}::text))`;

/** The last customer of the next chunk; null where the rest is one chunk. */
async function endOfChunk(shop: Shop, tx: Tx, after: string | null): Promise<string | null> {
  const [row] = await tx.rows<{ id: string }>(sql`
    select id from customer where shop_id = ${shop.id} and id > ${after ?? ""}
    order by id offset ${CUSTOMERS_A_CHUNK - 1} limit 1`);
  return row?.id ?? null;
}

type Part = { segment: LiveSegment; after: string | null; cause: string; moment: Moment };

/** Of the next chunk. Null where the segment's statement fails or takes too long: then it is marked. */
async function movesOf(shop: Shop, tx: Tx, engine: Engine, part: Part): Promise<Found | null> {
  const { segment, after, moment } = part;
  const upTo = await endOfChunk(shop, tx, after);
  const within = between(after, upTo);
  const tried = await attempt(tx, PART_MS, () => writeDifferences(shop, tx, part, within));
  if (tried.ok) return { moves: tried.value, upTo, isWhole: true };
  await markFailed(shop, tx, engine, { segment, error: tried.error, moment, kind: "shop", among: within });
  return null;
}

/** The shop's customers are read as a whole; the stays are looked up. */
async function writeDifferences(shop: Shop, tx: Tx, part: Part, within: (id: Sql) => Sql): Promise<Move[]> {
  const { segment, cause, moment } = part;
  const verdicts = await planned(tx, "shop", () =>
    tx.rows<Verdict>(sql`
      select c.id as customer, array[true] as fits, null::timestamptz as "lastOrderAt" from customer c
      where c.shop_id = ${shop.id} and ${within(sql`c.id`)} and ${compile(segment.query, segment.attributes, moment)}`),
  );
  return planned(tx, "batch", async () => {
    const differences = await findDifferences(shop, tx, {
      segments: [segment],
      verdicts,
      scope: (segmentId, customer) => sql`${segmentId} = ${segment.id} and ${within(customer)}`,
    });
    const dated = differences.map((difference) => ({ ...difference, cause, at: moment.now }));
    return writeMoves(shop, tx, moment.now, dated);
  });
}

/** What a day and an amount are. */
const standardOf = ({ timeZone, currency }: Shop): string => `${timeZone} ${currency}`;

/** Of a query that was saved meanwhile these are no figures: it has a job of its own, which will finish. */
const finish = (
  shop: Shop,
  tx: Tx,
  { id, version, timing }: LiveSegment,
  { now, timeZone }: Moment,
  isWhole: boolean,
): Promise<number> =>
  tx.run(sql`
    update segment_figures set version = ${version}, evaluated_at = ${now}::timestamptz, fault = null,
      evaluated_as = ${standardOf(shop)},
      counted_since = case when version <> ${version} or evaluated_at is null or counted_since is null
          or evaluated_as is distinct from ${standardOf(shop)} then ${now}::timestamptz else counted_since end,
      revenue_at = case when version = ${version} then revenue_at end,
      next_evaluation_at = ${timing !== "never" ? nextMidnight(now, timeZone) : null}::timestamptz,
      member_count = case when ${isWhole} then (select count(*) from membership m
        where m.shop_id = ${shop.id} and m.segment_id = ${id} and m.left_at is null) else member_count end
    where shop_id = ${shop.id} and segment_id = ${id}`);

/** When time alone next makes a segment due; null: at no time that is known. */
export async function nextSegmentDue(shop: Shop): Promise<Instant | null> {
  const [row] = await shop.db.tx((tx) =>
    tx.rows<{ at: Instant | null }>(sql`
      select min(next_evaluation_at) as at from segment_figures where shop_id = ${shop.id}`),
  );
  return row?.at ?? null;
}

/**
 * Segments that time has made due, or that a clock that was ahead put off to a day too far, those whose first build was never done, those that were judged by another zone or
 * currency than the shop has now, and those whose query can no longer be read, or can again: a plugin was switched off or on.
 */
export async function dueSegments(shop: Shop, engine: Engine): Promise<string[]> {
  const now = shop.now();
  const tooFar = new Date(now.getTime() + LONGEST_WAIT_MS);
  const rows = await shop.db.tx((tx) =>
    tx.rows<{ id: string; query: string; fault: string | null; due: boolean }>(sql`
      select s.id, s.query, f.fault,
        f.evaluated_at is null or coalesce(f.next_evaluation_at <= ${now}::timestamptz or f.next_evaluation_at > ${tooFar}::timestamptz, false)
          or (f.fault is null and f.evaluated_as is distinct from ${standardOf(shop)}) as due
      from segment s ${figures} where s.shop_id = ${shop.id} and s.archived_at is null order by s.id`),
  );
  const wasRead = (fault: string | null) => fault === null || hasFailed(fault);
  const isRead = (query: string) => !Array.isArray(readOnce(query, engine));
  return rows.filter(({ query, fault, due }) => due || wasRead(fault) !== isRead(query)).map(({ id }) => id);
}
