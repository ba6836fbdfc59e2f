// The worker: gives turns to shops with waiting webhooks, runs reactions to webhooks, jobs, and the tick each minute.
import { setTimeout as sleep } from "node:timers/promises";
import { wake } from "../clock.server.ts";
import { directory, sql } from "../db.server.ts";
import { log } from "../log.server.ts";
import { registry } from "../plugins/installed.server.ts";
import { enqueue, startQueue, type JobName } from "../queue.server.ts";
import { assertMigrated } from "../readiness.server.ts";
import { assertAttributesRun } from "./attribute-sql.server.ts";
import { takeTurn } from "./batch.server.ts";
import { JOBS, LAST_TRY_FAILED } from "./jobs.server.ts";
import { type Ended, type Next, openLine, type Waiting } from "./line.ts";
import { react } from "./reactions.server.ts";
import { startWatchdog } from "./watchdog.server.ts";

export type Worker = {
  /** Resolves when the turns and reactions under way are finished. */
  stop(): Promise<void>;
};

const SHOPS_AT_ONCE = 4;
const IDLE_MS = 50;
const TROUBLED_MS = 1000;
const MINUTE_MS = 60_000;
const JOBS_AT_ONCE = 2;
/** More, because a plugin's job that hangs occupies its place for minutes. */
const PLUGIN_JOBS_AT_ONCE = 4;

export async function startWorker(): Promise<Worker> {
  await assertMigrated();
  await assertAttributesRun(registry);
  const halt = new AbortController();
  await startJobs();
  const stopWatchdog = startWatchdog();
  const clock = startClock();
  const inbox = runInbox(halt.signal);
  return {
    async stop() {
      halt.abort();
      clearInterval(clock);
      await inbox;
      await stopWatchdog();
    },
  };
}

type Run = (data: unknown) => Promise<void>;

/** Jobs of one name run side by side for several groups, one at a time for each group. */
async function startJobs(): Promise<void> {
  const boss = await startQueue();
  for (const name of Object.keys(JOBS) as JobName[]) {
    const run = async (data: unknown, isLastTry: boolean) => {
      try {
        await (JOBS[name] as Run)(data);
      } catch (error) {
        log.error({ err: error, job: name, data }, "job failed");
        if (isLastTry) await (LAST_TRY_FAILED[name] as Run | undefined)?.(data).catch(() => undefined);
        // The queue stores the error that a job throws, and a message may quote personal data.
        const { name: kind, code, failure } = error as Error & { code?: string; failure?: string };
        throw new Error(`${kind} ${code ?? failure ?? ""}`.trim());
      } finally {
        const { shop } = data as { shop?: string };
        if (shop) await wake(shop);
      }
    };
    const atOnce = name === "plugins.job" ? PLUGIN_JOBS_AT_ONCE : JOBS_AT_ONCE;
    const pace = { pollingIntervalSeconds: 0.5, localConcurrency: atOnce, groupConcurrency: 1 };
    await boss.work(name, { ...pace, includeMetadata: true }, async (jobs) => {
      for (const { data, retryCount, retryLimit } of jobs) await run(data, retryCount >= retryLimit);
    });
  }
}

function startClock(): NodeJS.Timeout {
  const name: JobName = "schedule.tick";
  const enqueueTick = () => enqueue(name, {}).catch((error: Error) => log.error({ err: error }, "no tick"));
  void enqueueTick();
  return setInterval(enqueueTick, MINUTE_MS).unref();
}

const readMarks = () =>
  directory<Waiting>(
    sql`select shop_id as shop, array_agg(id::text) as marks from shop_mark group by shop_id order by min(id)`,
  );

/** Lanes work side by side: each takes the next shop as soon as its own turn has ended. */
async function runInbox(halt: AbortSignal): Promise<void> {
  const reactions = new Map<string, Promise<void>>();
  const line = openLine(() => readMarks().catch(troubled));
  const pause = () => sleep(IDLE_MS, undefined, { signal: halt }).catch(() => undefined);
  const lane = async () => {
    while (!halt.aborted) {
      const next = await line.next();
      if (!next) {
        await pause();
        continue;
      }
      const began = performance.now();
      const how = await runTurn(next, reactions, halt);
      line.end(next, how, performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: SHOPS_AT_ONCE }, lane));
  await Promise.all(reactions.values());
}

async function troubled(error: Error): Promise<Waiting[]> {
  log.error({ err: error }, "the marks could not be read");
  await sleep(TROUBLED_MS);
  return [];
}

async function runTurn(
  { shop, marks, rows }: Next,
  reactions: Map<string, Promise<void>>,
  halt: AbortSignal,
): Promise<Ended> {
  try {
    const turn = await takeTurn(shop, marks, { most: rows });
    if (turn === "busy") return "done";
    if (turn.handling > 0 && !reactions.has(shop)) {
      const under = react(shop, { isStopping: () => halt.aborted })
        .catch((error: Error) => log.error({ err: error, shop }, "reactions stopped"))
        .finally(() => reactions.delete(shop));
      reactions.set(shop, under);
    }
    return turn.more ? "more" : "done";
  } catch (error) {
    log.error({ err: error, shop }, "a turn failed and is taken again");
    return "failed";
  }
}
