// The present members of a segment, cached until the data or the day changes.

import { appIdOf } from "../admin-api/app-namespace.ts";
import type { ShopState, Store } from "../model.ts";
import { checkSegment, wordSegmentFault } from "./check.ts";
import { compileQuery } from "./evaluate.ts";
import { dayAt } from "./shop-days.ts";
import { stateMark } from "./state-mark.ts";

/** `messages`: in Shopify's words, such as "Line 1 Column 0: 'email' filter cannot be found." */
export type Members = { ok: true; customerIds: Set<string> } | { ok: false; messages: string[] };

type Kept = { mark: string; members: Map<string, Members>; older: Map<string, { until: number; members: Members }> };
const cache = new WeakMap<ShopState, Kept>();

/**
 * `timeZone`: the zone of `today`, by default the shop's. Until the lag is over, changes are not visible: the members are those
 * of the last request.
 */
export function segmentMembers(store: Store, shop: ShopState, query: string, timeZone = shop.timeZone): Members {
  const now = store.clock.now().getTime();
  const mark = `${dayAt(now, shop.timeZone)} ${dayAt(now, "UTC")} ${stateMark(shop)}`;
  let kept = cache.get(shop);
  if (kept?.mark !== mark) {
    kept = { mark, members: new Map(), older: kept === undefined ? new Map() : olderOf(store, kept, now) };
    cache.set(shop, kept);
  }
  const key = `${timeZone} ${query}`;
  const found = kept.members.get(key) ?? evaluate(store, shop, query, now, timeZone);
  kept.members.set(key, found);
  const older = kept.older.get(key);
  return older !== undefined && older.until > now ? older.members : found;
}

function olderOf(store: Store, kept: Kept, now: number): Kept["older"] {
  const older: Kept["older"] = new Map();
  const until = (store.changedAt ?? now) + store.lag.segments;
  for (const [key, members] of kept.members) {
    const still = kept.older.get(key);
    older.set(key, still !== undefined && still.until > now ? still : { until, members });
  }
  return older;
}

/** The checkout evaluates in the shop's zone, the Admin API in UTC. */
const zonesOf = ({ timeZone }: ShopState): Set<string> => new Set([timeZone, "UTC"]);

/** A new segment has no members yet. */
export function beginEmpty(store: Store, shop: ShopState, query: string): void {
  const lag = store.lag.segments;
  if (lag === 0) return;
  const members: Members = { ok: true, customerIds: new Set() };
  const until = store.clock.now().getTime() + lag;
  for (const zone of zonesOf(shop)) {
    segmentMembers(store, shop, query, zone);
    cache.get(shop)?.older.set(`${zone} ${query}`, { until, members });
  }
}

/** Call before a change, so that the members before the change are known during the lag. */
export function rememberMembers(store: Store, shop: ShopState): void {
  if (store.lag.segments === 0) return;
  for (const { query } of shop.segments.values())
    for (const zone of zonesOf(shop)) segmentMembers(store, shop, query, zone);
}

function evaluate(store: Store, shop: ShopState, query: string, now: number, relativeZone: string): Members {
  const appId = appIdOf(store);
  const checked = checkSegment(shop, appId, query);
  if (!checked.ok) return { ok: false, messages: checked.faults.map((fault) => wordSegmentFault(query, fault)) };
  const calendar = { now, timeZone: shop.timeZone, relativeZone };
  const isMember = compileQuery(checked.query, { shop, appId, calendar });
  const customerIds = new Set<string>();
  for (const customer of shop.customers.values()) if (isMember(customer)) customerIds.add(customer.id);
  return { ok: true, customerIds };
}

/** A segment that does not exist, or has an invalid query, has no members. */
export function isInSegment(store: Store, shop: ShopState, customerId: string, segmentId: string): boolean {
  const segment = shop.segments.get(segmentId);
  if (segment === undefined) return false;
  const members = segmentMembers(store, shop, segment.query);
  return members.ok && members.customerIds.has(customerId);
}
