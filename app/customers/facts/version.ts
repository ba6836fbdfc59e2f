import type { Version } from "./entities.ts";

/** Orders versions of one second: milliseconds since 1970 of the copy, then the rank. Fits a bigint column. */
export const tieOf = ({ seenAt, rank = 0 }: Version): string => String(BigInt(Date.parse(seenAt)) * 16n + BigInt(rank));

export const updatedAtOf = ({ updatedAt, seenAt }: Version): string => updatedAt ?? seenAt;

function isNewer(one: Version, other: Version): boolean {
  const [at, than] = [Date.parse(updatedAtOf(one)), Date.parse(updatedAtOf(other))];
  return at === than ? BigInt(tieOf(one)) > BigInt(tieOf(other)) : at > than;
}

/** The newest version of each thing, in order of ids: rows are always locked in one order. */
export function newestById<Row extends Version & { id: string }>(rows: readonly Row[]): Row[] {
  const newest = new Map<string, Row>();
  for (const row of rows) {
    const known = newest.get(row.id);
    if (!known || isNewer(row, known)) newest.set(row.id, row);
  }
  return [...newest.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
}

type Dated = { at: string };

/** Times may be written with and without fractions of a second: as text they have another order. */
export const isLater = (known: Dated | undefined, row: Dated): boolean =>
  known !== undefined && Date.parse(known.at) >= Date.parse(row.at);
