import type { Version } from "./entities.ts";

/** Sorts versions that have the same updated_at: `seenAt` in milliseconds since 1970, then the rank. Fits a bigint column. */
export const tieOf = ({ seenAt, rank = 0 }: Version): string => String(BigInt(Date.parse(seenAt)) * 16n + BigInt(rank));

export const updatedAtOf = ({ updatedAt, seenAt }: Version): string => updatedAt ?? seenAt;

function isNewer(one: Version, other: Version): boolean {
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
