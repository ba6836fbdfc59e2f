import type { Outbox, Store } from "../model.ts";

export function createOutbox(): Outbox {
  return {
    log: [],
    queue: [],
    sending: 0,
    open: 0,
    counts: { emitted: 0, delivered: 0, failed: 0, dropped: 0, attempts: 0 },
    waiters: [],
    closed: false,
  };
}

/** Resolves when every webhook is delivered or has failed. A webhook that waits for a retry counts as open. */
export function settled(store: Store): Promise<void> {
  return roomFor(store, 1);
}

/** Resolves when fewer than `below` webhooks are open. A bulk load waits here, so that memory stays bounded. */
export function roomFor(store: Store, below: number): Promise<void> {
  if (store.outbox.open < below) return Promise.resolve();
  return new Promise((resolve) => {
    store.outbox.waiters.push({ below, resolve });
  });
}

export function closeOne(outbox: Outbox): void {
  outbox.open--;
  if (outbox.waiters.length === 0) return;
  const ready = outbox.waiters.filter((waiter) => outbox.open < waiter.below);
  if (ready.length === 0) return;
  outbox.waiters = outbox.waiters.filter((waiter) => outbox.open >= waiter.below);
  for (const waiter of ready) waiter.resolve();
}
