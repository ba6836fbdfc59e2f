// Stores the pixel's events in batches, one shop's events in one transaction. The queue has an end: what does not fit is refused.
import { isLockTimeout } from "../../../lock.server.ts";
import type { Shop } from "../../../shop.server.ts";
import type { PixelEvent } from "./read-events.ts";
import { storeEvents } from "./store-events.server.ts";

/** `too_many`: some of the events are beyond the shop's limit of a day. `refused`: the events may or may not be stored. */
type Outcome = "stored" | "too_many" | "refused";
type Waiting = { events: readonly PixelEvent[]; settled: (outcome: Outcome) => void };

export type EventQueue = {
  /** False: the queue is full, and `settled` is not called. */
  add(shop: Shop, events: readonly PixelEvent[], settled: Waiting["settled"]): boolean;
  /** Stores the waiting events. */
  close(): Promise<void>;
};

type Options = {
  /** Batches that are stored at the same time, each of another shop. */
  lanes: number;
  maxWaiting?: number;
  /** Resolves to how many events were taken, from the first. */
  store?: (shop: Shop, events: readonly PixelEvent[]) => Promise<number>;
  onFault: (error: Error) => void;
};

/** `busy`: a batch of the shop is being stored. */
type Line = { shop: Shop; waiting: Waiting[]; busy: boolean };

const BATCH = 200;

export function openQueue({ lanes, maxWaiting = 5000, store = storeEvents, onFault }: Options): EventQueue {
  /** By shop. A shop whose batch was stored comes last: a flood of one shop delays the others by one batch. */
  const lines = new Map<string, Line>();
  const running = new Set<Promise<void>>();
  let held = 0;

  function takeBatch(): { line: Line; taken: Waiting[] } | null {
    const line = [...lines.values()].find(({ busy }) => !busy);
    if (!line) return null;
    let events = 0;
    let count = 0;
    while (count < line.waiting.length && events < BATCH) events += line.waiting[count++]?.events.length ?? 0;
    line.busy = true;
    return { line, taken: line.waiting.splice(0, count) };
  }

  /** Events that found a row or the shop's people locked for long wait in the line again, so that the lane serves other shops. */
  async function storeBatch(line: Line, taken: Waiting[]): Promise<void> {
    const events = taken.flatMap((one) => one.events);
    const kept = await store(line.shop, events).catch((error: Error) => {
      if (isLockTimeout(error)) return "locked";
      onFault(error);
      return "refused";
    });
    if (kept === "locked") line.waiting.unshift(...taken);
    else {
      held -= events.length;
      let end = 0;
      for (const { events: own, settled } of taken) {
        end += own.length;
        settled(kept === "refused" ? kept : end <= kept ? "stored" : "too_many");
      }
    }
    line.busy = false;
    lines.delete(line.shop.id);
    if (line.waiting.length > 0) lines.set(line.shop.id, line);
  }

  async function lane(): Promise<void> {
    for (let batch = takeBatch(); batch; batch = takeBatch()) await storeBatch(batch.line, batch.taken);
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
      const line = lines.get(shop.id) ?? { shop, waiting: [], busy: false };
      line.waiting.push({ events, settled });
      lines.set(shop.id, line);
      run();
      return true;
    },
    async close() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
