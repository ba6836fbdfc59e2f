// No time limit ends a synchronous loop of a plugin: while the loop runs, the process does nothing else. A second thread notices
// this, logs the plugin, switches the plugin off in the shops for which it ran, and kills the process. The supervisor starts the
// process anew, and work that was under way is taken up again.
import { Worker } from "node:worker_threads";
import { env } from "../env.server.ts";
import { watchWork } from "../plugins/running/under-way.server.ts";

/** The thread's workerData. `beat`: a counter that the main thread increments while it runs. */
export type Watched = { beat: SharedArrayBuffer; limitSeconds: number; url: string; processName: string };

const LIMIT_SECONDS = 20;
const BEAT_MS = 250;

/** Returns the function that ends the watchdog. */
export function startWatchdog(limitSeconds = LIMIT_SECONDS): () => Promise<void> {
  const beat = new SharedArrayBuffer(4);
  const counter = new Int32Array(beat);
  const heart = setInterval(() => Atomics.add(counter, 0, 1), BEAT_MS).unref();
  const watched: Watched = { beat, limitSeconds, url: env.APP_DATABASE_URL, processName: env.PROCESS_NAME };
  const thread = new Worker(new URL("./watchdog-thread.ts", import.meta.url), { workerData: watched });
  thread.unref();
  watchWork((note) => thread.postMessage(note));
  return async () => {
    watchWork(null);
    await thread.terminate();
    clearInterval(heart);
  };
}
