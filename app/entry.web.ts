// The web process: one HTTP server, the fast doors first, then the pages. With `--with-worker` the worker too, for a
// small shop: node app/entry.web.ts [--with-worker]
import { createServer } from "node:http";
import { settleDatabase } from "../prisma/boot.ts";

const database = await settleDatabase();

// After the database is known: these read the settings as they load.
const { env } = await import("./env.server.ts");
const { log } = await import("./log.server.ts");
const { appPool, closeDatabase } = await import("./db.server.ts");
const { assertSafeServer } = await import("./database-check.server.ts");
const { stopQueue } = await import("./queue.server.ts");
const { DOOR_PATH, openDoor } = await import("./sync/door.server.ts");
const { openPages } = await import("./pages.server.ts");

await assertSafeServer(appPool());
const door = openDoor({
  secrets: [env.SHOPIFY_API_SECRET, env.SHOPIFY_API_SECRET_OLD ?? ""],
  inbox: { url: env.DOOR_DATABASE_URL },
});
const pages = await openPages();
const worker = process.argv.includes("--with-worker")
  ? await (await import("./worker/worker.server.ts")).startWorker()
  : null;

const isDoor = (url: string) => url === DOOR_PATH || url.startsWith(`${DOOR_PATH}?`);
const server = createServer({ keepAliveTimeout: 65_000, requestTimeout: 30_000, maxHeaderSize: 16_384 });
server.headersTimeout = 10_000;
server.on("request", (request, response) => {
  if (isDoor(request.url ?? "")) door.handle(request, response);
  else pages.handle(request, response);
});
server.listen(env.PORT, env.HOST, () => {
  const address = server.address();
  const port = typeof address === "object" ? address?.port : env.PORT;
  log.info({ port, worker: worker !== null }, "listening");
});

/** What is under way is finished: webhooks that were taken are stored, batches applied. */
async function stop() {
  const hurry = setTimeout(() => process.exit(1), 25_000);
  hurry.unref();
  server.close();
  server.closeIdleConnections();
  await door.close();
  await worker?.stop();
  await pages.close();
  server.closeAllConnections();
  await stopQueue();
  await closeDatabase();
  await database.stop();
  process.exit(0);
}

let stopping: Promise<void> | undefined;
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => (stopping ??= stop()));
