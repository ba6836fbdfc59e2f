// Estimates each shop's bucket of Admin API points, so that a request waits instead of being throttled.

/** In points. `asked`: the query's cost at most, which must be available. `spent`: its actual cost. `rate`: points restored a second. */
export type Cost = { asked: number; spent: number; available: number; rate: number };

type Bucket = { available: number; rate: number; at: number };

const MOST_SHOPS = 5_000;
const buckets = new Map<string, Bucket>();
const askedBefore = new Map<string, number>();

type Extensions = {
  cost?: {
    requestedQueryCost?: number;
    actualQueryCost?: number | null;
    throttleStatus?: { currentlyAvailable?: number; restoreRate?: number };
  };
};

export function readThrottle(extensions: unknown): Cost | undefined {
  const cost = (extensions as Extensions | undefined)?.cost;
  const status = cost?.throttleStatus;
  if (cost?.requestedQueryCost === undefined || status?.currentlyAvailable === undefined) return undefined;
  return {
    asked: cost.requestedQueryCost,
    spent: cost.actualQueryCost ?? 0,
    available: status.currentlyAvailable,
    rate: status.restoreRate || 50,
  };
}

export function spendPoints(shop: string, operation: string, { asked, available, rate }: Cost): void {
  askedBefore.set(operation, asked);
  // A Map keeps the order of insertion: the shop with the oldest estimate is dropped, and its bucket is full again by now.
  buckets.delete(shop);
  if (buckets.size >= MOST_SHOPS) {
    const [oldest] = buckets.keys();
    if (oldest !== undefined) buckets.delete(oldest);
  }
  buckets.set(shop, { available, rate, at: performance.now() });
}

/** Milliseconds until the shop has the points that the operation asked for last time. 0: nothing is known of the shop. */
export function pointsWait(shop: string, operation: string): number {
  const bucket = buckets.get(shop);
  if (!bucket) return 0;
  const now = bucket.available + ((performance.now() - bucket.at) / 1000) * bucket.rate;
  return Math.max(0, (((askedBefore.get(operation) ?? 0) - now) / bucket.rate) * 1000);
}
