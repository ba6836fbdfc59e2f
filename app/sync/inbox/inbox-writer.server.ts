// Compressing and storing batches takes a thread of its own: the one that reads webhooks has nothing else to do.
import { Worker } from "node:worker_threads";
import type { Arrival } from "./pack.ts";

/** What crosses to the thread: heads as JSON, which is copied sooner than objects are; bodies end to end, not copied at all. */
export type Head = Omit<Arrival, "body"> & { length: number };
export type Order = { id: number; heads: string; bytes: ArrayBuffer } | "close";
export type Report = { id: number; stored: number } | { id: number; fault: { message: string; code: string } };

export type Writer = {
  /** Number of rows that were not there before; rejects where it is not known that all of them are there. */
  store(arrivals: readonly Arrival[]): Promise<number>;
  close(): Promise<void>;
};

type Promised = { resolve(stored: number): void; reject(error: Error): void };

export function openWriter(url: string, flights: number): Writer {
  const promised = new Map<number, Promised>();
  let thread: Worker | undefined;
  let last = 0;

  const start = (): Worker => {
    const made = new Worker(new URL("./inbox-thread.ts", import.meta.url), { workerData: { url, flights } });
    made.on("message", (report: Report) => {
      const promise = promised.get(report.id);
      promised.delete(report.id);
      if ("stored" in report) promise?.resolve(report.stored);
      else promise?.reject(Object.assign(new Error(report.fault.message), { code: report.fault.code }));
    });
    // Whatever ends it, what it had is answered 503 and sent again; the next batch starts another.
    let why = new Error("the thread that stores webhooks ended");
    made.on("error", (error: Error) => (why = error));
    made.on("exit", () => {
      if (thread === made) thread = undefined;
      for (const { reject } of promised.values()) reject(why);
      promised.clear();
    });
    return made;
  };

  return {
    store(arrivals) {
      thread ??= start();
      const id = (last += 1);
      const bytes = layOut(arrivals);
      const heads = JSON.stringify(arrivals.map(headOf));
      return new Promise((resolve, reject) => {
        promised.set(id, { resolve, reject });
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

const headOf = ({ shop, source, topic, key, webhookId, triggeredAt, body }: Arrival): Head => ({
  shop,
  source,
  topic,
  key,
  webhookId,
  triggeredAt,
  length: body.length,
});

function layOut(arrivals: readonly Arrival[]): ArrayBuffer {
  const bytes = Buffer.allocUnsafeSlow(arrivals.reduce((sum, { body }) => sum + body.length, 0));
  let next = 0;
  for (const { body } of arrivals) {
    bytes.set(body, next);
    next += body.length;
  }
  return bytes.buffer;
}
