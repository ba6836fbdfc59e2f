// A search reads an index that lags behind the shop: a new object is not found yet, and a changed object is found by its earlier
// values. Each list of discounts and segments is read through this index.

import type { Store } from "../../model.ts";

/** What the index holds until then. Null: the index does not have the object yet. */
type Seen = { until: number; thing: object | null };
const older = new WeakMap<object, Seen[]>();

/** Call before an object changes. `before` is null for a new object. */
export function lagBehind<Thing extends object>(store: Store, thing: Thing, before: Thing | null): void {
  const lag = store.lag.search;
  if (lag === 0) return;
  const seen = older.get(thing) ?? [];
  seen.push({ until: store.clock.now().getTime() + lag, thing: before && { ...before } });
  older.set(thing, seen);
}

/** Runs `find` over the objects as the index has them, and returns the found objects as they are now. */
export function searchIndex<Thing extends object>(
  store: Store,
  things: Iterable<Thing>,
  query: string | null | undefined,
  find: (seen: Thing[]) => Thing[],
): Thing[] {
  const isSearch = query != null && query.trim() !== "";
  const now = store.clock.now().getTime();
  const known = new Map<Thing, Thing>();
  for (const thing of things) {
    const behind = older.get(thing)?.find(({ until }) => until > now);
    if (behind === undefined || (!isSearch && !store.switches.listsLag)) known.set(thing, thing);
    else if (behind.thing !== null) known.set(isSearch ? (behind.thing as Thing) : thing, thing);
  }
  return find([...known.keys()]).flatMap((seen) => known.get(seen) ?? []);
}
