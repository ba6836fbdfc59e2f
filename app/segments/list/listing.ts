import type { Instant } from "../../instant.ts";

export type Standing = {
  /** Null until the first evaluation is done. */
  evaluatedAt: Instant | null;
  fault: string | null;
  /** The member count may be old: an evaluation is overdue, or webhooks of the shop have waited for too long. */
  isLate: boolean;
  uses: { offers: number; surveys: number };
};

/**
 * `changes`: the net change of the member count on each day, oldest first; empty where no customer entered or left. `since`:
 * when recording began, where that is within the requested days; null: recording covers all of them.
 */
export type Growth = { changes: number[]; since: Instant | null };

/** `count`: the members at `asOf`. `growth` is null until recording begins. */
export type SizeHistory = { count: number; growth: Growth | null; asOf: Instant };

export type ListedLine = Standing & {
  id: string;
  name: string;
  query: string;
  count: number;
  /** When `count` was counted, or last changed since. */
  countedAt: Instant | null;
  /** The last 30 days. */
  growth: Growth | null;
  /** `amount`: what the members spent. `share`: its part of what all customers spent, 0 to 1. Null until computed. */
  revenue: { amount: string; share: number; asOf: Instant } | null;
  updatedAt: Instant;
};

/** The segment is being counted: the page that shows the segment reads again. */
export const isPassing = ({ evaluatedAt, fault, isLate }: Standing): boolean =>
  fault === null && (evaluatedAt === null || isLate);

/** The segment is counted, and the amount that its members spent is not computed yet. */
export const isAddingUp = ({ evaluatedAt, fault, revenue }: ListedLine): boolean =>
  fault === null && evaluatedAt !== null && revenue === null;

export const SEGMENT_SORTS = ["name", "members", "revenue", "change", "updated"] as const;
type Sort = (typeof SEGMENT_SORTS)[number];

export const netOf = (growth: Growth | null): number => (growth?.changes ?? []).reduce((sum, day) => sum + day, 0);

const ORDERS: Record<Sort, (one: ListedLine, other: ListedLine) => number> = {
  name: (one, other) => one.name.localeCompare(other.name),
  members: (one, other) => other.count - one.count,
  revenue: (one, other) => (other.revenue?.share ?? 0) - (one.revenue?.share ?? 0),
  change: (one, other) => Math.abs(netOf(other.growth)) - Math.abs(netOf(one.growth)),
  updated: (one, other) => other.updatedAt.getTime() - one.updatedAt.getTime(),
};

export const sortSegments = (segments: ListedLine[], sort: Sort): ListedLine[] => [...segments].sort(ORDERS[sort]);

/** Member counts, oldest first: before the first day, then at the end of each day. The last one is `count`. */
export function sizesOf(count: number, growth: Growth | null): number[] {
  const sizes = [count];
  for (const day of [...(growth?.changes ?? [])].reverse()) sizes.unshift((sizes[0] ?? 0) - day);
  return sizes;
}
