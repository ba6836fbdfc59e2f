// The worker process: node app/entry.worker.ts
import { settleDatabase } from "../prisma/boot.ts";
import { runProcess, type AtEnd } from "./process.server.ts";

async function startWork(atEnd: AtEnd): Promise<void> {
  // Loaded here, so that a setting that does not hold is told in a sentence.
  const { env, rereadSettings } = await import("./env.server.ts");
  const database = await settleDatabase();
  atEnd(database.stop);
  rereadSettings();
  const { log } = await import("./log.server.ts");
  const { assertSafeDatabase } = await import("./database-check.server.ts");
  await assertSafeDatabase([env.APP_DATABASE_URL]);
  const { closeDatabase } = await import("./db.server.ts");
  atEnd(closeDatabase);
  const { stopQueue } = await import("./queue.server.ts");
  atEnd(stopQueue);
  const { startWorker } = await import("./worker/worker.server.ts");
  const worker = await startWorker();
  atEnd(worker.stop);
  if (env.WORKER_PORT !== undefined) {
    const { openWatch } = await import("./worker/watch.server.ts");
    atEnd(await openWatch(env.WORKER_PORT, env.HOST));
  }
  log.info({ port: env.WORKER_PORT ?? 0 }, "working");
}

await runProcess(startWork);
