// The worker process: node app/entry.worker.ts
import { openGround, runProcess, type AtEnd } from "./process.server.ts";

async function startWork(atEnd: AtEnd): Promise<void> {
  const { env, log } = await openGround(atEnd, ["APP_DATABASE_URL"]);
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
