// Batches are compressed and stored in a thread of their own, so that the main thread only reads webhooks.
import { Worker } from "node:worker_threads";
import type { Arrival } from "./pack.ts";

/** The message to the thread: heads as JSON, which is cloned faster than objects; bodies in one buffer, which is moved, not cloned. */
export type Head = Omit<Arrival, "body"> & { length: number };
export type Order = { id: number; heads: string; bytes: ArrayBuffer } | "close";
export type Report = { id: number; stored: number } | { id: number; fault: { message: string; code: string } };

export type Writer = {
  /** Resolves to the number of inserted rows, without duplicates. Rejects where it is not known that all webhooks are stored. */
  store(arrivals: readonly Arrival[]): Promise<number>;
  close(): Promise<void>;
};

type Pending = { resolve(stored: number): void; reject(error: Error): void };

export function openWriter(url: string, concurrency: number): Writer {
  const pending = new Map<number, Pending>();
  let thread: Worker | undefined;
  let last = 0;

  const start = (): Worker => {
    const made = new Worker(new URL("./inbox-thread.ts", import.meta.url), { workerData: { url, concurrency } });
    made.on("message", (report: Report) => {
      const promise = pending.get(report.id);
      pending.delete(report.id);
      if ("stored" in report) promise?.resolve(report.stored);
      else promise?.reject(Object.assign(new Error(report.fault.message), { code: report.fault.code }));
    });
    // When the thread ends, its webhooks are answered 503 and sent again. The next batch starts a new thread.
    let why = new Error("the thread that stores webhooks ended");
    made.on("error", (error: Error) => (why = error));
    made.on("exit", () => {
      if (thread === made) thread = undefined;
      for (const { reject } of pending.values()) reject(why);
      pending.clear();
    });
    return made;
  };

  return {
    store(arrivals) {
      thread ??= start();
      const id = (last += 1);
      const bytes = concatenate(arrivals);
      const heads = JSON.stringify(arrivals.map(headOf));
      return new Promise((resolve, reject) => {
        pending.set(id, { resolve, reject });
        thread?.postMessage({ id, heads, bytes } satisfies Order, [bytes]);
      });
    },
    async close() {
      const ending = thread;
      if (!ending) return;
      const gone = new Promise((resolve) => ending.once("exit", resolve));
      ending.postMessage("close" satisfies Order);
      await gone;
    },
  };
}

const headOf = ({ shop, source, connection, topic, key, webhookId, triggeredAt, body }: Arrival): Head => ({
  shop,
  source,
  connection,
  topic,
  key,
  webhookId,
  triggeredAt,
  length: body.length,
});

function concatenate(arrivals: readonly Arrival[]): ArrayBuffer {
  const bytes = Buffer.allocUnsafeSlow(arrivals.reduce((sum, { body }) => sum + body.length, 0));
  let next = 0;
  for (const { body } of arrivals) {
    bytes.set(body, next);
    next += body.length;
  }
  return bytes.buffer;
}
