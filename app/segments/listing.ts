/** Instants travel to the browser as they are or as text. */
export type Standing = {
  /** Null while the first build runs. */
  evaluatedAt: Date | string | null;
  fault: string | null;
  uses: { offers: number; surveys: number };
};

/** How many were in at `asOf`, and the net change of each day before it, oldest first; empty where nothing moved. */
export type SizeHistory = { count: number; changes: number[]; asOf: string };

export type ListedLine = Standing & {
  id: string;
  name: string;
  query: string;
  count: number;
  /** Net change of each of the last 30 days, oldest first; empty where nothing moved. */
  trend: number[];
  /** What the members spent, and its share of what all customers spent; null until it was added up. */
  revenue: { amount: string; share: number; asOf: Date | string } | null;
  updatedAt: Date | string;
};

export const SEGMENT_SORTS = ["name", "members", "revenue", "change", "updated"] as const;
type Sort = (typeof SEGMENT_SORTS)[number];

export const netOf = (trend: number[]): number => trend.reduce((sum, day) => sum + day, 0);

const ORDERS: Record<Sort, (one: ListedLine, other: ListedLine) => number> = {
  name: (one, other) => one.name.localeCompare(other.name),
  members: (one, other) => other.count - one.count,
  revenue: (one, other) => (other.revenue?.share ?? 0) - (one.revenue?.share ?? 0),
  change: (one, other) => Math.abs(netOf(other.trend)) - Math.abs(netOf(one.trend)),
  updated: (one, other) => new Date(other.updatedAt).getTime() - new Date(one.updatedAt).getTime(),
};

export const sortSegments = (segments: ListedLine[], sort: Sort): ListedLine[] => [...segments].sort(ORDERS[sort]);

/** The sizes at the end of each day, from the size now backwards. */
export function sizesOf(count: number, trend: number[]): number[] {
  const sizes = [count];
  for (const day of [...trend].reverse()) sizes.unshift((sizes[0] ?? 0) - day);
  return sizes;
}
