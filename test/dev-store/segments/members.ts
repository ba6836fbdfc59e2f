// Who is in a segment, now. Kept until the state or the day changes.

import { appIdOf } from "../admin-api/app-namespace.ts";
import type { ShopState, Store } from "../model.ts";
import { checkSegment, wordSegmentFault } from "./check.ts";
import { compileQuery } from "./evaluate.ts";
import { dayAt } from "./shop-days.ts";
import { stateMark } from "./state-mark.ts";

/** `messages` are worded as Shopify words them: "Line 1 Column 0: 'email' filter cannot be found." */
export type Members = { ok: true; customerIds: Set<string> } | { ok: false; messages: string[] };

const cache = new WeakMap<ShopState, { mark: string; members: Map<string, Members> }>();

/** `timeZone` says what `today` is in; the shop's zone unless told. */
export function segmentMembers(store: Store, shop: ShopState, query: string, timeZone = shop.timeZone): Members {
  const now = store.clock.now().getTime();
  const mark = `${dayAt(now, shop.timeZone)} ${dayAt(now, timeZone)} ${stateMark(shop)}`;
  let kept = cache.get(shop);
  if (kept?.mark !== mark) {
    kept = { mark, members: new Map() };
    cache.set(shop, kept);
  }
  const key = `${timeZone} ${query}`;
  const found = kept.members.get(key) ?? evaluate(store, shop, query, now, timeZone);
  kept.members.set(key, found);
  return found;
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

/** A segment that is gone, or whose query no longer holds, has no members. */
export function isInSegment(store: Store, shop: ShopState, customerId: string, segmentId: string): boolean {
  const segment = shop.segments.get(segmentId);
  if (segment === undefined) return false;
  const members = segmentMembers(store, shop, segment.query);
  return members.ok && members.customerIds.has(customerId);
}
