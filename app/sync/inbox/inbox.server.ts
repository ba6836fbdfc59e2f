// Webhooks into the inbox, many at once, one transaction for a batch. A caller hears of its webhook when the transaction
// that holds it has been committed.
import { openWriter } from "./inbox-writer.server.ts";
import type { Arrival } from "./pack.ts";

/** Hears whether the webhook is in the inbox for good: false means not known to be. */
export type Settled = (stored: boolean) => void;

export type Inbox = {
  /** False: there is no room, and `settled` will not be called. */
  add(arrival: Arrival, settled: Settled): boolean;
  /** Stores what waits, then lets go of the database. */
  close(): Promise<void>;
  readonly waiting: number;
};

export type InboxOptions = {
  url: string;
  /** Longest that a webhook waits for company while a batch is under way. */
  waitMs?: number;
  batch?: number;
  /** So many need not wait for more: they are stored while the next are being read. */
  company?: number;
  /** Batches under way at once. */
  flights?: number;
  /** Room: webhooks and bytes that are not yet stored. */
  room?: number;
  roomBytes?: number;
  onFault?: (error: Error) => void;
  onStored?: (stored: number, duplicates: number) => void;
};

type Waiting = { arrival: Arrival; settled: Settled };

export function openInbox({
  url,
  waitMs = 1,
  batch = 256,
  company = 64,
  flights = 2,
  room = 4000,
  roomBytes = 64 * 1024 * 1024,
  onFault = () => undefined,
  onStored = () => undefined,
}: InboxOptions): Inbox {
  const writer = openWriter(url, flights);
  let queue: Waiting[] = [];
  let timer: NodeJS.Timeout | undefined;
  let soon: NodeJS.Immediate | undefined;
  let flying = 0;
  let held = 0;
  let heldBytes = 0;
  let landed: (() => void) | undefined;

  const settle = (waiting: Waiting[], stored: boolean) => {
    flying -= 1;
    for (const { arrival, settled } of waiting) {
      held -= 1;
      heldBytes -= arrival.body.length;
      settled(stored);
    }
    if (queue.length > 0) plan();
    else if (flying === 0) landed?.();
  };
  // The first of a quiet time leaves with whoever else has arrived by then; while a batch is under way, company is waited for.
  const plan = () => {
    if (queue.length >= company) depart();
    else if (flying === 0) soon ??= setImmediate(depart);
    else timer ??= setTimeout(depart, waitMs);
  };
  const depart = () => {
    clearTimeout(timer);
    if (soon) clearImmediate(soon);
    timer = undefined;
    soon = undefined;
    if (queue.length === 0 || flying >= flights) return;
    const leaving = queue.length > batch ? queue.splice(0, batch) : queue;
    if (leaving === queue) queue = [];
    flying += 1;
    writer.store(leaving.map(({ arrival }) => arrival)).then(
      (stored) => {
        onStored(stored, leaving.length - stored);
        settle(leaving, true);
      },
      (error: Error) => {
        onFault(error);
        settle(leaving, false);
      },
    );
  };

  return {
    add(arrival, settled) {
      if (held >= room || heldBytes + arrival.body.length > roomBytes) return false;
      held += 1;
      heldBytes += arrival.body.length;
      queue.push({ arrival, settled });
      plan();
      return true;
    },
    async close() {
      if (held > 0) {
        await new Promise<void>((resolve) => {
          landed = resolve;
          depart();
        });
      }
      await writer.close();
    },
    get waiting() {
      return held;
    },
  };
}
