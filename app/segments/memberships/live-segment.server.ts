// Segments as membership needs them: the query read and checked, what it depends on, and whether time alone moves people.
import type { Changes, Reads } from "../../customers/change.ts";
import { sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import { type AttributeMap, catalogueOf } from "../attribute.server.ts";
import { figures } from "../figures.server.ts";
import { clausesOf, type Query } from "../query/ast.ts";
import { readQuery } from "../query/check.ts";
import { timingOf, type Timing } from "../query/compile/flips.server.ts";
import { type Fault, faultMessage } from "../query/fault.ts";
import type { Instant } from "../../instant.ts";

/** What the language can ask in this shop: the registry of plugins, less what the shop switched off. */
export type Engine = {
  attributes: AttributeMap;
  /** Told of an attribute that threw or took too long, in the transaction that goes on without it. */
  attributeFailed?: (tx: Tx, name: string, error: unknown) => Promise<void>;
};

/** A customer entered a segment or left it. */
export type Move = {
  segment: string;
  /** Of the segment's query. */
  version: number;
  customer: string;
  entered: boolean;
  /** When it became so, which may be before it was noticed. */
  at: Instant;
  /** An event's id, or `time`, `saved`, `joined shop`, `config`, `import`. */
  cause: string;
};

export type ReadQuery = {
  query: Query;
  attributes: AttributeMap;
  /** The facts that the query asks about. Besides, each query depends on the profile: whether the customer exists. */
  asks: ReadonlySet<Reads>;
  /** Other than `never`: to be judged anew when the shop's next day begins. */
  timing: Timing;
};
export type LiveSegment = ReadQuery & { id: string; version: number };

const MAX_KEPT = 2000;
const kept = new WeakMap<AttributeMap, Map<string, ReadQuery | Fault[]>>();

/** Queries are read once for a set of attributes: every batch of changes asks for all of the shop's segments. */
export function readOnce(text: string, { attributes }: Engine): ReadQuery | Fault[] {
  let known = kept.get(attributes);
  if (!known || known.size > MAX_KEPT) kept.set(attributes, (known = new Map()));
  let read = known.get(text);
  if (!read) known.set(text, (read = readAndWeigh(text, attributes)));
  return read;
}

function readAndWeigh(text: string, attributes: AttributeMap): ReadQuery | Fault[] {
  const checked = readQuery(text, catalogueOf(attributes));
  if (!checked.ok) return checked.faults;
  const asks = new Set<Reads>();
  for (const { name } of clausesOf(checked.query)) {
    for (const each of attributes[name.text]?.reads ?? []) asks.add(each);
  }
  return { query: checked.query, attributes, asks, timing: timingOf(checked.query, attributes) };
}

/** The fault of a segment whose statement fails, with how many times in a row when it is more than one. */
export const FAILED = "failed";
export const hasFailed = (fault: string | null): boolean => fault?.startsWith(FAILED) ?? false;
/** Of figures `f`. */
export const isRunning = sql`(f.fault is null or f.fault not like ${`${FAILED}%`})`;

export const faultText = (faults: Fault[]): string => faults.map(faultMessage).join("\n");

/** Those whose query can be read now: an attribute may be gone with its plugin. */
export async function liveSegments(shop: Shop, tx: Tx, engine: Engine): Promise<LiveSegment[]> {
  const rows = await tx.rows<{ id: string; query: string; version: number }>(
    sql`select s.id, s.query, s.query_version as version from segment s ${figures}
      where s.shop_id = ${shop.id} and s.archived_at is null and ${isRunning} order by s.id`,
  );
  return rows.flatMap(({ id, query, version }) => {
    const read = readOnce(query, engine);
    return Array.isArray(read) ? [] : [{ id, version, ...read }];
  });
}

export function touchedBy(changes: Changes): (segment: LiveSegment) => boolean {
  const changed = new Set<Reads>();
  for (const causes of changes.values()) for (const reads of causes.keys()) changed.add(reads);
  return ({ asks }) => changed.has("profile") || [...changed].some((each) => asks.has(each));
}

/**
 * One writer of a shop's memberships at a time, until the transaction ends. What is read after this sees all that earlier
 * holders wrote, so a verdict is never older than the facts it stands beside.
 */
export async function lockMembership(shop: Shop, tx: Tx): Promise<void> {
  await tx.rows(sql`select pg_advisory_xact_lock(hashtextextended(${`membership ${shop.id}`}, 0))`);
}

export async function addCounts(shop: Shop, tx: Tx, moves: readonly Move[]): Promise<void> {
  if (moves.length === 0) return;
  const by = new Map<string, number>();
  for (const { segment, entered } of moves) by.set(segment, (by.get(segment) ?? 0) + (entered ? 1 : -1));
  await tx.run(sql`
    update segment_figures f set member_count = f.member_count + moved.by
    from unnest(${[...by.keys()]}::text[], ${[...by.values()]}::int[]) as moved(id, by)
    where f.shop_id = ${shop.id} and f.segment_id = moved.id and moved.by <> 0`);
}
