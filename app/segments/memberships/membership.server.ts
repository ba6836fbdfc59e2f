// Updates memberships after changes. The work grows with the number of changed customers, not with the shop.
import type { Causes, Changes } from "../../customers/change.ts";
import { takeChanges } from "../../customers/facts/customer-changes.server.ts";
import { join, type Sql, sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import type { Moment } from "../attribute.server.ts";
import { explain } from "./dating/cause.server.ts";
import { SEGMENT_TIMEOUT_MS, attempt, markFailed, BATCH_TIMEOUT_MS } from "./failing.server.ts";
import {
  addCounts,
  type Engine,
  type LiveSegment,
  liveSegments,
  lockMembership,
  type Move,
  touchedBy,
} from "./live-segment.server.ts";
import { planned } from "./plan.server.ts";
import { compile } from "../query/compile/compile.server.ts";
import { markRevenueStale } from "./revenue.server.ts";
import { isSuspect, withSuspects } from "./suspects.server.ts";
import { findDifferences, type Verdict, writeMoves } from "./stays/stay.server.ts";

const CUSTOMERS_A_STATEMENT = 2000;
const SEGMENTS_A_STATEMENT = 50;
const CHANGES_A_DRAIN = 5000;

/** Writes and returns the moves that the changes cause, in the transaction of the changes. */
export async function refreshMembership(shop: Shop, tx: Tx, changes: Changes, engine: Engine): Promise<Move[]> {
  if (changes.size === 0) return [];
  await lockMembership(shop, tx);
  const touched = (await liveSegments(shop, tx, engine)).filter(touchedBy(changes));
  const moment = { now: shop.now(), timeZone: shop.timeZone };
  const round = { shop, tx, engine, moment, failed: new Set<string>() };
  const moves: Move[] = [];
  for (const segments of slices(touched, SEGMENTS_A_STATEMENT)) {
    for (const customers of slices([...changes], CUSTOMERS_A_STATEMENT)) {
      moves.push(...(await judgeIsolated(round, segments, customers)));
    }
  }
  await addCounts(shop, tx, moves);
  await markRevenueStale(shop, tx);
  return moves;
}

type Changed = [customer: string, causes: Causes];
/** `failed`: the segments that failed, and other segments with the failing attribute. */
type Round = { shop: Shop; tx: Tx; engine: Engine; moment: Moment; failed: Set<string> };

function* slices<T>(all: T[], size: number): Generator<T[]> {
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size);
}

/**
 * Judges the segments together. After a failure, judges each segment alone: a failing segment is marked, and the others go on. Where a
 * connection was lost before, judges each segment alone at once.
 */
async function judgeIsolated(round: Round, given: LiveSegment[], customers: Changed[]): Promise<Move[]> {
  const { shop, tx, engine, moment, failed } = round;
  const segments = given.filter(({ id }) => !failed.has(id));
  const [first, ...others] = segments;
  if (!first) return [];
  const isAlone = others.length === 0;
  const mark = async (of: Tx, error: unknown) => {
    const ids = customers.map(([id]) => id);
    const among = (id: Sql) => sql`${id} = any(${ids}::text[])`;
    const failure = { segment: first, error, moment, kind: "batch" as const, among };
    for (const id of await markFailed(shop, of, engine, failure)) failed.add(id);
  };
  if (isAlone || !segments.some((segment) => isSuspect(shop, segment))) {
    const judgeAll = () =>
      attempt(shop, tx, isAlone ? SEGMENT_TIMEOUT_MS : BATCH_TIMEOUT_MS, () =>
        planned(tx, "batch", () => judge(round, segments, customers)),
      );
    const markGuilty = (error: unknown) => shop.db.tx((another) => mark(another, error));
    const tried = await withSuspects(shop, segments, judgeAll, markGuilty);
    if (tried.ok) return tried.value;
    if (isAlone) {
      await mark(tx, tried.error);
      return [];
    }
  }
  const moves: Move[] = [];
  for (const segment of segments) moves.push(...(await judgeIsolated(round, [segment], customers)));
  return moves;
}

/** Computes the segments' verdicts for the changed customers in one statement, and writes the differences. */
async function judge(round: Round, segments: LiveSegment[], customers: Changed[]): Promise<Move[]> {
  const { shop, tx, engine, moment } = round;
  const ids = customers.map(([id]) => id);
  const named = segments.map(({ id }) => id);
  const fits = segments.map(({ query, attributes }) => sql`(${compile(query, attributes, moment)}) is true`);
  const verdicts = await tx.rows<Verdict>(sql`
    select c.id as customer, array[${join(fits)}] as fits, c.last_order_at as "lastOrderAt" from customer c
    where c.shop_id = ${shop.id} and c.id = any(${ids}::text[])`);
  const differences = await findDifferences(shop, tx, {
    segments,
    verdicts,
    scope: (segment, customer) => sql`${customer} = any(${ids}::text[]) and ${segment} = any(${named}::text[])`,
  });
  const explained = await explain(shop, tx, engine, { differences, changes: new Map(customers), moment });
  return writeMoves(shop, tx, moment.now, explained);
}

/** Called with the moves, in the transaction that wrote the moves. */
export type Settle = (tx: Tx, moves: readonly Move[]) => Promise<void>;

/** Job segments.refresh: changes from outside the inbox (an answer, a plugin's record). True where more changes wait. */
export async function drainCustomerChanges(shop: Shop, engine: Engine, settle: Settle): Promise<boolean> {
  return shop.db.tx(async (tx) => {
    const { changes, more } = await takeChanges(shop, tx, CHANGES_A_DRAIN);
    await settle(tx, await refreshMembership(shop, tx, changes, engine));
    return more;
  });
}
