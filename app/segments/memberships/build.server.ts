// Evaluates one segment: for the customers whose membership time may have changed, or for the whole shop after a change of the
// query. The whole shop is evaluated in chunks of customers, each in a short transaction, so that webhooks never wait long.
import { openStay } from "../../customers/open-stay.server.ts";
import { type Sql, sql, type Tx } from "../../db.server.ts";
import { nextMidnight } from "../../local-time.ts";
import type { Shop } from "../../shop.server.ts";
import type { Moment } from "../attribute.server.ts";
import { datedOrNull } from "./dating/cause.server.ts";
import { midnightsOf } from "./dating/midnight.server.ts";
import { judgeSince } from "./due.server.ts";
import { attempt, markFailed, CHUNK_TIMEOUT_MS } from "./failing.server.ts";
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
import { withSuspects } from "./suspects.server.ts";
import { findDifferences, type Verdict, writeMoves } from "./stays/stay.server.ts";
import { undoFutureStays } from "./stays/wrong-clock.server.ts";
import type { Instant } from "../../instant.ts";

const CUSTOMERS_A_CHUNK = 20_000;

export type Build = { entered: number; left: number };
type Segment = {
  query: string;
  version: number;
  evaluatedAt: Instant | null;
  /** The shop's zone or currency changed since the last evaluation. */
  isOutdated: boolean;
  fault: string | null;
  next: Instant | null;
};
type Step = Build & { version: number; upTo: string | null };

/**
 * Job segments.evaluate. Null where the segment does not exist, pauses after a failure, fails now, or has a query that is no
 * longer valid; `fault` says why. A due segment is evaluated for the customers whom time may have moved. In an evaluation of
 * the whole shop the cause of moves is `saved` after a new query, `config` after a change of the shop's zone, currency or
 * plugins, otherwise `time`; these moves are dated when they are recorded, or by a midnight that brought them about.
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
  /** The query's version in the previous chunk, and the last customer of that chunk; null in the first chunk. */
  version: number | null;
  after: string | null;
};

async function evaluateChunk(shop: Shop, tx: Tx, chunk: Chunk): Promise<Step | null> {
  const { segmentId, engine, moment } = chunk;
  await lockMembership(shop, tx);
  const [segment] = await tx.rows<Segment>(sql`
    select s.query, s.query_version as version, f.evaluated_at as "evaluatedAt", f.fault, f.next_evaluation_at as next,
      f.evaluated_as is distinct from ${standardOf(shop)} as "isOutdated" from segment s ${figures}
    where s.shop_id = ${shop.id} and s.id = ${segmentId} and s.archived_at is null`);
  if (!segment || isPausing(segment, moment.now)) return null;
  const read = readOnce(segment.query, engine);
  if (Array.isArray(read)) {
    await markUnreadable(shop, tx, { id: segmentId, version: segment.version }, read, moment);
    return null;
  }
  // The query was changed since the previous chunk, so the evaluation starts again.
  const after = chunk.version === segment.version ? chunk.after : null;
  if (after === null) await undoFuture(shop, tx, chunk, segment);
  await beginFigures(shop, tx, segmentId, segment.version);
  const live = { id: segmentId, version: segment.version, evaluatedAt: segment.evaluatedAt, ...read };
  const find = async () =>
    (after === null ? await movedByTime(shop, tx, engine, { live, segment, moment }) : null) ??
    (await movesOf(shop, tx, engine, { segment: live, after, cause: causeOf(segment, moment), moment }));
  const found = await withSuspects(shop, [live], find, (error) =>
    shop.db.tx((another) =>
      markFailed(shop, another, engine, { segment: live, error, moment, kind: "shop", among: () => sql`true` }),
    ),
  );
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

/** Creates the row in which members are counted from the first chunk on. */
const beginFigures = (shop: Shop, tx: Tx, segmentId: string, version: number): Promise<number> =>
  tx.run(sql`
    insert into segment_figures (shop_id, segment_id, version) values (${shop.id}, ${segmentId}, ${version})
    on conflict do nothing`);

/** `upTo`: the last customer of the chunk; null in the last chunk. `isWhole`: the whole shop is evaluated. */
type Found = { moves: Move[]; upTo: string | null; isWhole: boolean };

const isDue = ({ next }: Segment, now: Instant): boolean => next !== null && next <= now;

/** The moves by time alone. Null where the whole shop must be evaluated: not only time changed, or `judgeSince` gives null. */
async function movedByTime(
  shop: Shop,
  tx: Tx,
  engine: Engine,
  { live, segment, moment }: { live: LiveSegment; segment: Segment; moment: Moment },
): Promise<Found | null> {
  const { evaluatedAt, isOutdated, fault } = segment;
  if (!evaluatedAt || isOutdated || fault !== null || !isDue(segment, moment.now)) return null;
  const moves = await judgeSince(shop, tx, engine, live, evaluatedAt, moment);
  return moves && { moves, upTo: null, isWhole: false };
}

function causeOf(segment: Segment, { now }: Moment): string {
  if (!segment.evaluatedAt) return "saved";
  return segment.fault === null && !segment.isOutdated && isDue(segment, now) ? "time" : "config";
}

/** Runs before the first chunk: undoes stays in the future where the last evaluation is dated in the future. */
async function undoFuture(shop: Shop, tx: Tx, { segmentId, moment, settle }: Chunk, segment: Segment): Promise<void> {
  if ((segment.evaluatedAt?.getTime() ?? 0) <= moment.now.getTime() + MAX_WAIT_MS) return;
  const moves = await undoFutureStays(shop, tx, segmentId);
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

/** No shop day and no pause is longer. A next evaluation that is further ahead was set by a clock that was wrong. */
const MAX_WAIT_MS = 26 * 3_600_000;

/** The segment pauses after a failure, of its own or of another segment with the same attribute. */
const isPausing = ({ fault, next }: Segment, now: Instant): boolean => {
  const wait = next === null ? 0 : next.getTime() - now.getTime();
  return hasFailed(fault) && wait > 0 && wait <= MAX_WAIT_MS;
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

/** The moves in the next chunk. Null where the segment's statement fails or takes too long: the segment is then marked. */
async function movesOf(shop: Shop, tx: Tx, engine: Engine, part: Part): Promise<Found | null> {
  const { segment, after, moment } = part;
  const upTo = await endOfChunk(shop, tx, after);
  const within = between(after, upTo);
  const tried = await attempt(shop, tx, CHUNK_TIMEOUT_MS, () => writeDifferences(shop, tx, engine, part, within));
  if (tried.ok) return { moves: tried.value, upTo, isWhole: true };
  await markFailed(shop, tx, engine, { segment, error: tried.error, moment, kind: "shop", among: within });
  return null;
}

/** The customers are read with the plan for a whole shop, the stays with the plan for a batch. */
async function writeDifferences(
  shop: Shop,
  tx: Tx,
  engine: Engine,
  part: Part,
  within: (id: Sql) => Sql,
): Promise<Move[]> {
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
    const date = () => midnightsOf(shop, tx, segment, differences, moment);
    const customers = differences.map(({ customer }) => customer);
    const became = cause === "time" ? await datedOrNull(shop, tx, engine, { segment, customers, moment, date }) : null;
    const dated = differences.map((difference) => ({
      ...difference,
      cause,
      at: became?.get(difference.customer) ?? moment.now,
    }));
    return writeMoves(shop, tx, moment.now, dated);
  });
}

/** The zone and the currency on which an evaluation depends, as one text. */
const standardOf = ({ timeZone, currency }: Shop): string => `${timeZone} ${currency}`;

/**
 * Records the end of an evaluation with the version of the query. Where the query was saved meanwhile, the figures are of an
 * earlier version, and the new query has a job of its own.
 */
const finish = (
  shop: Shop,
  tx: Tx,
  { id, version, changesWithTime }: LiveSegment,
  { now, timeZone }: Moment,
  isWhole: boolean,
): Promise<number> =>
  tx.run(sql`
    update segment_figures set version = ${version}, evaluated_at = ${now}::timestamptz, fault = null,
      evaluated_as = ${standardOf(shop)},
      counted_since = case when version <> ${version} or evaluated_at is null or counted_since is null
          or evaluated_as is distinct from ${standardOf(shop)} then ${now}::timestamptz else counted_since end,
      revenue_at = case when version = ${version} then revenue_at end,
      next_evaluation_at = ${changesWithTime ? nextMidnight(now, timeZone) : null}::timestamptz,
      member_count = case when ${isWhole} then (select count(*) from membership m
        where m.shop_id = ${shop.id} and m.segment_id = ${id} and ${openStay}) else member_count end,
      counted_at = ${now}::timestamptz
    where shop_id = ${shop.id} and segment_id = ${id}`);

/** When time alone next makes a segment due. Null: never. */
export async function nextSegmentDue(shop: Shop): Promise<Instant | null> {
  const [row] = await shop.db.tx((tx) =>
    tx.rows<{ at: Instant | null }>(sql`
      select min(next_evaluation_at) as at from segment_figures where shop_id = ${shop.id}`),
  );
  return row?.at ?? null;
}

/**
 * The segments that need an evaluation: due by time; due on a day that a wrong clock set too far ahead; never completely
 * evaluated; evaluated with another zone or currency than the shop has now; with a query that became faulty or valid, because a
 * plugin was switched off or on.
 */
export async function dueSegments(shop: Shop, engine: Engine): Promise<string[]> {
  const now = shop.now();
  const tooFar = new Date(now.getTime() + MAX_WAIT_MS);
  const rows = await shop.db.tx((tx) =>
    tx.rows<{ id: string; query: string; fault: string | null; due: boolean }>(sql`
      select s.id, s.query, f.fault,
        f.evaluated_at is null or coalesce(f.next_evaluation_at <= ${now}::timestamptz or f.next_evaluation_at > ${tooFar}::timestamptz, false)
          or (f.fault is null and f.evaluated_as is distinct from ${standardOf(shop)}) as due
      from segment s ${figures} where s.shop_id = ${shop.id} and s.archived_at is null order by s.id`),
  );
  const wasValid = (fault: string | null) => fault === null || hasFailed(fault);
  const isValid = (query: string) => !Array.isArray(readOnce(query, engine));
  return rows.filter(({ query, fault, due }) => due || wasValid(fault) !== isValid(query)).map(({ id }) => id);
}
