// The worker process: node app/entry.worker.ts
import { settleDatabase } from "../prisma/boot.ts";

const database = await settleDatabase();

// After the database is known: these read the settings as they load.
const { log } = await import("./log.server.ts");
const { appPool, closeDatabase } = await import("./db.server.ts");
const { assertSafeServer } = await import("./database-check.server.ts");
const { stopQueue } = await import("./queue.server.ts");
const { startWorker } = await import("./worker/worker.server.ts");

await assertSafeServer(appPool());
const worker = await startWorker();
log.info("working");

async function stop() {
  setTimeout(() => process.exit(1), 25_000).unref();
  await worker.stop();
  await stopQueue();
  await closeDatabase();
  await database.stop();
  process.exit(0);
}

let stopping: Promise<void> | undefined;
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => (stopping ??= stop()));
