// Segments with their parsed query, the facts on which the query depends, and how time alone changes the members.
import type { Changes, Reads } from "../../customers/change.ts";
import { sql, type Tx } from "../../db.server.ts";
import { lockUntilCommit } from "../../lock.server.ts";
import type { Shop } from "../../shop.server.ts";
import { type AttributeMap, catalogueOf } from "../attribute.server.ts";
import { figures } from "../figures.server.ts";
import { clausesOf, type Query } from "../query/grammar/ast.ts";
import { readQuery } from "../query/check.ts";
import { changesWithTime } from "../query/compile/flips.server.ts";
import { type Fault, faultMessage } from "../query/fault.ts";
import type { Instant } from "../../instant.ts";

/** The attributes of the segment language in this shop: those of the plugins that are on. */
export type Engine = {
  attributes: AttributeMap;
  /**
   * Called for an attribute that threw or took too long, in the transaction that continues without the attribute. `compose`: composes
   * the SQL that failed, such as that of `flips`; left out: the attribute's `sql`.
   */
  attributeFailed?: (tx: Tx, name: string, error: unknown, compose?: () => unknown) => Promise<void>;
};

/** A customer entered a segment or left it. */
export type Move = {
  segment: string;
  /** The version of the segment's query. */
  version: number;
  customer: string;
  entered: boolean;
  /** When the customer entered or left, which may be before the move was recorded. */
  at: Instant;
  /** An event's id, or `time`, `saved`, `joined shop`, `config`, `import`. */
  cause: string;
  /** As in `Cause`, of the changes that caused the move. */
  depth?: number;
};

export type ReadQuery = {
  query: Query;
  attributes: AttributeMap;
  /** The facts on which the query depends. Each query depends on the profile too: whether the customer exists. */
  asks: ReadonlySet<Reads>;
  /** Time alone may change the members, so the segment is evaluated again at the shop's next midnight. */
  changesWithTime: boolean;
};
/** `evaluatedAt`: up to this instant, all moves by time alone are written. Null: the segment was never evaluated. */
export type LiveSegment = ReadQuery & { id: string; version: number; evaluatedAt: Instant | null };

const MAX_CACHED = 2000;
const cache = new WeakMap<AttributeMap, Map<string, ReadQuery | Fault[]>>();

/**
 * Parses and checks a query, once for each map of attributes: every batch of changes reads all segments of the shop. A list is
 * the faults of a faulty query.
 */
export function readOnce(text: string, { attributes }: Engine): ReadQuery | Fault[] {
  let known = cache.get(attributes);
  if (!known || known.size > MAX_CACHED) cache.set(attributes, (known = new Map()));
  let read = known.get(text);
  if (!read) known.set(text, (read = readUncached(text, attributes)));
  return read;
}

function readUncached(text: string, attributes: AttributeMap): ReadQuery | Fault[] {
  const checked = readQuery(text, catalogueOf(attributes));
  if (!checked.ok) return checked.faults;
  const asks = new Set<Reads>();
  for (const { name } of clausesOf(checked.query)) {
    for (const each of attributes[name.text]?.reads ?? []) asks.add(each);
  }
  return { query: checked.query, attributes, asks, changesWithTime: changesWithTime(checked.query, attributes) };
}

/** The `fault` of a segment whose statement fails, with the number of failures in a row where there were several. */
export const FAILED = "failed";
export const hasFailed = (fault: string | null): boolean => fault?.startsWith(FAILED) ?? false;
/** True of figures `f` of a segment that is not paused after a failure. */
export const isRunning = sql`(f.fault is null or f.fault not like ${`${FAILED}%`})`;

export const faultText = (faults: Fault[]): string => faults.map(faultMessage).join("\n");

/** The segments that are not paused and have a valid query: an attribute is missing while its plugin is off. */
export async function liveSegments(shop: Shop, tx: Tx, engine: Engine): Promise<LiveSegment[]> {
  const rows = await tx.rows<{ id: string; query: string; version: number; evaluatedAt: Instant | null }>(
    sql`select s.id, s.query, s.query_version as version, f.evaluated_at as "evaluatedAt" from segment s ${figures}
      where s.shop_id = ${shop.id} and s.archived_at is null and ${isRunning} order by s.id`,
  );
  return rows.flatMap(({ query, ...row }) => {
    const read = readOnce(query, engine);
    return Array.isArray(read) ? [] : [{ ...row, ...read }];
  });
}

export function touchedBy(changes: Changes): (segment: LiveSegment) => boolean {
  const changed = new Set<Reads>();
  for (const causes of changes.values()) for (const reads of causes.keys()) changed.add(reads);
  return ({ asks }) => changed.has("profile") || [...changed].some((each) => asks.has(each));
}

/**
 * Takes the shop's membership lock until the transaction ends: one transaction at a time writes memberships. Statements after
 * the lock see all that earlier holders of the lock committed, so that no verdict is computed from older facts.
 */
export async function lockMembership(shop: Pick<Shop, "id">, tx: Tx): Promise<void> {
  await lockUntilCommit(tx, `membership ${shop.id}`);
}

export async function addCounts(shop: Shop, tx: Tx, moves: readonly Move[]): Promise<void> {
  if (moves.length === 0) return;
  const by = new Map<string, number>();
  for (const { segment, entered } of moves) by.set(segment, (by.get(segment) ?? 0) + (entered ? 1 : -1));
  await tx.run(sql`
    update segment_figures f set member_count = f.member_count + moved.by, counted_at = ${shop.now()}::timestamptz
    from unnest(${[...by.keys()]}::text[], ${[...by.values()]}::int[]) as moved(id, by)
    where f.shop_id = ${shop.id} and f.segment_id = moved.id and moved.by <> 0`);
}
