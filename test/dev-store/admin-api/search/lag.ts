// A search reads an index, and the index follows the shop some time later: what was made is not found yet, what was changed
// is found by what it was. Each list of discounts and segments is read through here.

import type { Store } from "../../model.ts";

/** What the index holds until then; null: it does not know of the thing yet. */
type Seen = { until: number; thing: object | null };
const older = new WeakMap<object, Seen[]>();

/** To be called before a thing changes; `before` is null where the thing is new. */
export function lagBehind<Thing extends object>(store: Store, thing: Thing, before: Thing | null): void {
  const lag = store.lag.search;
  if (lag === 0) return;
  const seen = older.get(thing) ?? [];
  seen.push({ until: store.clock.now().getTime() + lag, thing: before && { ...before } });
  older.set(thing, seen);
}

/** Runs `find` over the things as the index knows them, and gives what it found as it is now. */
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
