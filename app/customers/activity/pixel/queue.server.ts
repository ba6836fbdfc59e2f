// Stores the pixel's events in batches, one shop's events in one transaction. The queue has an end: what does not fit is refused.
import type { Shop } from "../../../shop.server.ts";
import type { PixelEvent } from "./read-events.ts";
import { storeEvents } from "./store-events.server.ts";

/** `stored` false: the events may or may not be stored. */
type Waiting = { events: readonly PixelEvent[]; settled: (stored: boolean) => void };

export type EventQueue = {
  /** False: the queue is full, and `settled` is not called. */
  add(shop: Shop, events: readonly PixelEvent[], settled: Waiting["settled"]): boolean;
  /** Stores the waiting events. */
  close(): Promise<void>;
};

type Options = {
  /** Batches that are stored at the same time. */
  lanes: number;
  maxWaiting?: number;
  store?: (shop: Shop, events: readonly PixelEvent[]) => Promise<unknown>;
  onFault: (error: Error) => void;
};

const BATCH = 200;

export function openQueue({ lanes, maxWaiting = 5000, store = storeEvents, onFault }: Options): EventQueue {
  /** By shop. A shop whose batch was taken comes last: a flood of one shop delays the others by one batch. */
  const shops = new Map<string, { shop: Shop; waiting: Waiting[] }>();
  const running = new Set<Promise<void>>();
  let held = 0;

  function takeBatch(): { shop: Shop; taken: Waiting[] } | null {
    const [first] = shops.values();
    if (!first) return null;
    const { shop, waiting } = first;
    let events = 0;
    let count = 0;
    while (count < waiting.length && events < BATCH) events += waiting[count++]?.events.length ?? 0;
    const taken = waiting.splice(0, count);
    shops.delete(shop.id);
    if (waiting.length > 0) shops.set(shop.id, { shop, waiting });
    return { shop, taken };
  }

  async function lane(): Promise<void> {
    for (let batch = takeBatch(); batch; batch = takeBatch()) {
      const { shop, taken } = batch;
      const events = taken.flatMap((one) => one.events);
      const stored = await store(shop, events).then(
        () => true,
        (error: Error) => {
          onFault(error);
          return false;
        },
      );
      held -= events.length;
      for (const { settled } of taken) settled(stored);
    }
  }

  function run(): void {
    if (running.size >= lanes) return;
    const work: Promise<void> = lane().finally(() => running.delete(work));
    running.add(work);
  }

  return {
    add(shop, events, settled) {
      if (held + events.length > maxWaiting) return false;
      held += events.length;
      const entry = shops.get(shop.id) ?? { shop, waiting: [] };
      entry.waiting.push({ events, settled });
      shops.set(shop.id, entry);
      run();
      return true;
    },
    async close() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
