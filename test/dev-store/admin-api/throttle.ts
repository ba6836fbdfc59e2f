// The bucket of points that an app has in each shop: the Standard plan, refilled on the store's clock.

import type { ShopState, Store } from "../model.ts";

export const MAXIMUM = 2000;
export const RESTORE_RATE = 100;
export const MOST_PER_QUERY = 1000;

export type ThrottleStatus = { maximumAvailable: number; currentlyAvailable: number; restoreRate: number };

type Bucket = { points: number; at: number };
const buckets = new WeakMap<ShopState, Bucket>();

function bucketOf(store: Store, shop: ShopState): Bucket {
  const now = store.clock.now().getTime();
  const bucket = buckets.get(shop) ?? { points: MAXIMUM, at: now };
  bucket.points = Math.min(MAXIMUM, bucket.points + (Math.max(0, now - bucket.at) / 1000) * RESTORE_RATE);
  bucket.at = now;
  buckets.set(shop, bucket);
  return bucket;
}

/** Subtracts the points. Returns false if there are too few. */
export function takePoints(store: Store, shop: ShopState, points: number): boolean {
  const bucket = bucketOf(store, shop);
  if (bucket.points < points) return false;
  bucket.points -= points;
  return true;
}

export function giveBackPoints(store: Store, shop: ShopState, points: number): void {
  const bucket = bucketOf(store, shop);
  bucket.points = Math.min(MAXIMUM, bucket.points + points);
}

export function throttleStatus(store: Store, shop: ShopState): ThrottleStatus {
  const { points } = bucketOf(store, shop);
  return { maximumAvailable: MAXIMUM, currentlyAvailable: Math.floor(points), restoreRate: RESTORE_RATE };
}
