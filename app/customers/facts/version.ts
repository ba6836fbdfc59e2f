import type { Version } from "./entities.ts";

/** Makes the tie of a version without updated_at negative. */
const UNDATED = 2n ** 62n;

/**
 * Sorts versions that have the same updated_at: `seenAt` in milliseconds since 1970, then the rank. Fits a bigint column. A
 * version without updated_at has a negative tie: such a version is older than any version with updated_at.
 */
export const tieOf = ({ updatedAt, seenAt, rank = 0 }: Version): string =>
  String(BigInt(Date.parse(seenAt)) * 16n + BigInt(rank) - (updatedAt === null ? UNDATED : 0n));

export const updatedAtOf = ({ updatedAt, seenAt }: Version): string => updatedAt ?? seenAt;

/**
 * The updated_at of a metafield without one, and of a refund within an order without one: newer than a refund that came alone,
 * older than any other.
 */
export const UNDATED_AT = "1970-01-01T00:00:01.000Z";

/** The same order as BY_VERSION in SQL. */
function isNewer(one: Version, other: Version): boolean {
  if ((one.updatedAt === null) !== (other.updatedAt === null)) return one.updatedAt !== null;
  const [at, than] = [Date.parse(updatedAtOf(one)), Date.parse(updatedAtOf(other))];
  return at === than ? BigInt(tieOf(one)) > BigInt(tieOf(other)) : at > than;
}

/** Returns the newest version of each thing, sorted by id: all transactions lock rows in the same order. */
export function newestById<Row extends Version & { id: string }>(rows: readonly Row[]): Row[] {
  const newest = new Map<string, Row>();
  for (const row of rows) {
    const known = newest.get(row.id);
    if (!known || isNewer(row, known)) newest.set(row.id, row);
  }
  return [...newest.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
}

type Dated = { at: string };

/** True where `known` is as late as `row`, or later. Times are compared as instants: their texts may lack fractions. */
export const isLater = (known: Dated | undefined, row: Dated): boolean =>
  known !== undefined && Date.parse(known.at) >= Date.parse(row.at);
