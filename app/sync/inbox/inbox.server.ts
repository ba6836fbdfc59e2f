// Group commit: webhooks are stored in batches, each in one transaction. `settled` is called when the batch's transaction is
// committed or has failed.
import { openWriter } from "./inbox-writer.server.ts";
import type { Arrival } from "./pack.ts";

/** `stored`: the webhook is committed to the inbox. False: the webhook may or may not be in the inbox. */
export type Settled = (stored: boolean) => void;

export type Inbox = {
  /** False: the queue is full, and `settled` is not called. */
  add(arrival: Arrival, settled: Settled): boolean;
  /** Stores the waiting webhooks, then closes the connections to the database. */
  close(): Promise<void>;
  readonly waiting: number;
};

export type InboxOptions = {
  url: string;
  /** The longest that a webhook waits for more webhooks while another batch is being stored. */
  waitMs?: number;
  maxBatch?: number;
  /** A queue of this length is stored without waiting for more webhooks. */
  minBatch?: number;
  /** Batches that are stored at the same time. */
  concurrency?: number;
  /** Webhooks and bytes that are not yet stored. `add` refuses more. */
  maxWaiting?: number;
  maxWaitingBytes?: number;
  onFault?: (error: Error) => void;
  onStored?: (stored: number, duplicates: number) => void;
};

type Waiting = { arrival: Arrival; settled: Settled };

export function openInbox({
  url,
  waitMs = 1,
  maxBatch = 256,
  minBatch = 64,
  concurrency = 2,
  maxWaiting = 4000,
  maxWaitingBytes = 64 * 1024 * 1024,
  onFault = () => undefined,
  onStored = () => undefined,
}: InboxOptions): Inbox {
  const writer = openWriter(url, concurrency);
  let queue: Waiting[] = [];
  let timer: NodeJS.Timeout | undefined;
  let soon: NodeJS.Immediate | undefined;
  let storing = 0;
  let waitingCount = 0;
  let waitingBytes = 0;
  let drained: (() => void) | undefined;

  const settle = (waiting: Waiting[], stored: boolean) => {
    storing -= 1;
    for (const { arrival, settled } of waiting) {
      waitingCount -= 1;
      waitingBytes -= arrival.body.length;
      settled(stored);
    }
    if (queue.length > 0) plan();
    else if (storing === 0) drained?.();
  };
  // While no batch is being stored, the queue is stored at the end of this turn of the event loop. Otherwise it waits for more.
  const plan = () => {
    if (queue.length >= minBatch) storeBatch();
    else if (storing === 0) soon ??= setImmediate(storeBatch);
    else timer ??= setTimeout(storeBatch, waitMs);
  };
  const storeBatch = () => {
    clearTimeout(timer);
    if (soon) clearImmediate(soon);
    timer = undefined;
    soon = undefined;
    if (queue.length === 0 || storing >= concurrency) return;
    const taken = queue.length > maxBatch ? queue.splice(0, maxBatch) : queue;
    if (taken === queue) queue = [];
    storing += 1;
    writer.store(taken.map(({ arrival }) => arrival)).then(
      (stored) => {
        onStored(stored, taken.length - stored);
        settle(taken, true);
      },
      (error: Error) => {
        onFault(error);
        settle(taken, false);
      },
    );
  };

  return {
    add(arrival, settled) {
      if (waitingCount >= maxWaiting || waitingBytes + arrival.body.length > maxWaitingBytes) return false;
      waitingCount += 1;
      waitingBytes += arrival.body.length;
      queue.push({ arrival, settled });
      plan();
      return true;
    },
    async close() {
      if (waitingCount > 0) {
        await new Promise<void>((resolve) => {
          drained = resolve;
          storeBatch();
        });
      }
      await writer.close();
    },
    get waiting() {
      return waitingCount;
    },
  };
}
