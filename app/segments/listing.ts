import type { Instant } from "../instant.ts";

export type Standing = {
  /** Null while the first build runs. */
  evaluatedAt: Instant | null;
  fault: string | null;
  /** Something that moves members was not looked at yet. */
  isLate: boolean;
  uses: { offers: number; surveys: number };
};

/**
 * The net change of each day, oldest first, empty where nothing moved; `since` where the size is followed for a shorter time
 * than was asked for.
 */
export type Growth = { changes: number[]; since: Instant | null };

/** How many were in at `asOf`, and how that came about; null while it is not followed yet. */
export type SizeHistory = { count: number; growth: Growth | null; asOf: Instant };

export type ListedLine = Standing & {
  id: string;
  name: string;
  query: string;
  count: number;
  /** Of the last 30 days. */
  growth: Growth | null;
  /** What the members spent, and its share of what all customers spent; null until it was added up. */
  revenue: { amount: string; share: number; asOf: Instant } | null;
  updatedAt: Instant;
};

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

/** The sizes at the end of each day, from the size now backwards. */
export function sizesOf(count: number, growth: Growth | null): number[] {
  const sizes = [count];
  for (const day of [...(growth?.changes ?? [])].reverse()) sizes.unshift((sizes[0] ?? 0) - day);
  return sizes;
}
