// Segments as membership needs them: the query read and checked, what it depends on, and whether time alone moves people.
import type { Changes, Reads } from "../../customers/change.ts";
import { sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import { type AttributeMap, catalogueOf, isFunction } from "../attribute.server.ts";
import { clausesOf, literalsOf, type Query } from "../query/ast.ts";
import { readQuery } from "../query/check.ts";
import { type Fault, faultMessage } from "../query/fault.ts";

/** What the language can ask in this shop: the registry of plugins, less what the shop switched off. */
export type Engine = {
  attributes: AttributeMap;
  /** Told of an attribute that threw or took too long, in the transaction that goes on without it. */
  attributeFailed?: (tx: Tx, name: string, error: unknown) => Promise<void>;
};
export type Moves = { segmentId: string; entered: string[]; left: string[] }[];

export type ReadQuery = {
  query: Query;
  attributes: AttributeMap;
  /** Everybody's existence is a fact of the profile, so every query reads that too. */
  reads: ReadonlySet<Reads>;
  /** Relative dates, or attributes that change by time: to be evaluated anew when the shop's next day begins. */
  timed: boolean;
};
export type LiveSegment = ReadQuery & { id: string };

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
  const reads = new Set<Reads>(["profile"]);
  let timed = false;
  for (const clause of clausesOf(checked.query)) {
    const entry = attributes[clause.name.text];
    for (const each of entry?.reads ?? []) reads.add(each);
    if (entry && !isFunction(entry) && entry.flips) timed = true;
    timed ||= literalsOf(clause).some(
      (literal) => literal.kind === "date" && literal.value.form !== "day" && literal.value.form !== "datetime",
    );
  }
  return { query: checked.query, attributes, reads, timed };
}

/** The fault of a segment whose statement fails, with how many times in a row when it is more than one. */
export const FAILED = "failed";
export const hasFailed = (fault: string | null): boolean => fault?.startsWith(FAILED) ?? false;
export const isRunning = sql`(fault is null or fault not like ${`${FAILED}%`})`;

export const faultText = (faults: Fault[]): string => faults.map(faultMessage).join("\n");

/** Those whose query can be read now: an attribute may be gone with its plugin. */
export async function liveSegments(shop: Shop, tx: Tx, engine: Engine): Promise<LiveSegment[]> {
  const rows = await tx.rows<{ id: string; query: string }>(
    sql`select id, query from segment where shop_id = ${shop.id} and archived_at is null and ${isRunning} order by id`,
  );
  return rows.flatMap(({ id, query }) => {
    const read = readOnce(query, engine);
    return Array.isArray(read) ? [] : [{ id, ...read }];
  });
}

export function touchedBy(changes: Changes): (segment: LiveSegment) => boolean {
  const changed = new Set<Reads>();
  for (const { reads } of changes.values()) for (const each of reads) changed.add(each);
  return ({ reads }) => [...changed].some((each) => reads.has(each));
}

/**
 * One writer of a shop's memberships at a time, until the transaction ends. What is read after this sees all that earlier
 * holders wrote, so a verdict is never older than the facts it stands beside.
 */
export async function lockMembership(shop: Shop, tx: Tx): Promise<void> {
  await tx.rows(sql`select pg_advisory_xact_lock(hashtextextended(${`membership ${shop.id}`}, 0))`);
}

export const addCounts = (shop: Shop, tx: Tx, moves: Moves): Promise<number> =>
  tx.run(sql`
    update segment s set member_count = s.member_count + moved.by
    from unnest(${moves.map((move) => move.segmentId)}::text[],
                ${moves.map((move) => move.entered.length - move.left.length)}::int[]) as moved(id, by)
    where s.shop_id = ${shop.id} and s.id = moved.id and moved.by <> 0`);

export type MoveRow = { segment: string; customer: string; entered: boolean };

export function gatherMoves(rows: MoveRow[]): Moves {
  const moves = new Map<string, Moves[number]>();
  for (const { segment, customer, entered } of rows) {
    const move = moves.get(segment) ?? { segmentId: segment, entered: [], left: [] };
    moves.set(segment, move);
    (entered ? move.entered : move.left).push(customer);
  }
  return [...moves.values()];
}
