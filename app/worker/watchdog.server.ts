// A plugin is code that one trusts, and no time limit ends a synchronous loop: while it runs nothing else does. A thread
// beside this one notices, says whose code it is, switches that plugin off where it ran, and ends the process, whose
// supervisor starts it anew. What was under way is taken up again, as after any other end.
import { Worker } from "node:worker_threads";
import { env } from "../env.server.ts";
import { watchWork } from "../plugins/under-way.server.ts";

/** What the thread is given. */
export type Watched = { beat: SharedArrayBuffer; limitSeconds: number; url: string; processName: string };

const LIMIT_SECONDS = 20;
const BEAT_MS = 250;

/** Resolves to what ends it. */
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
