// The web process: one HTTP server, the fast doors first, then the pages. With `--with-worker` the worker too, for a
// small shop: node app/entry.web.ts [--with-worker]
import { createServer } from "node:http";
import { listen } from "./listen.server.ts";
import { openGround, runProcess, type AtEnd } from "./process.server.ts";

async function startWeb(atEnd: AtEnd): Promise<void> {
  const { env, log } = await openGround(atEnd, ["APP_DATABASE_URL", "DOOR_DATABASE_URL"]);
  const { openPages } = await import("./pages.server.ts");
  const server = createServer({ keepAliveTimeout: 65_000, requestTimeout: 30_000, maxHeaderSize: 16_384 });
  server.headersTimeout = 10_000;
  const pages = await openPages(server);
  atEnd(pages.close);
  const withWorker = process.argv.includes("--with-worker");
  if (withWorker) {
    const { startWorker } = await import("./worker/worker.server.ts");
    const worker = await startWorker();
    atEnd(worker.stop);
  }
  const { DOOR_PATH, openDoor } = await import("./sync/door.server.ts");
  const door = openDoor({
    secrets: [env.SHOPIFY_API_SECRET, env.SHOPIFY_API_SECRET_OLD ?? ""],
    inbox: { url: env.DOOR_DATABASE_URL },
  });
  atEnd(door.close);
  const { openGate } = await import("./gate.server.ts");
  server.on("request", openGate({ fast: new Map([[DOOR_PATH, door.handle]]), pages: pages.handle }));
  const { port, drain } = await listen(server, env.PORT, env.HOST);
  atEnd(drain);
  log.info({ port, worker: withWorker }, "listening");
}

await runProcess(startWeb);
