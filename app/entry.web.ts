// The web process: one HTTP server, the fast doors first, then the pages. With `--with-worker` the worker too, for a
// small shop: node app/entry.web.ts [--with-worker]
import { createServer } from "node:http";
import { listen } from "./listen.server.ts";
import type { Door } from "./sync/door.server.ts";
import { openGround, runProcess, type AtEnd } from "./process.server.ts";

const MB = 1024 * 1024;
/** Bytes of unfinished bodies. Webhooks have limits of their own, so that a flood of pages' requests keeps no webhook out. */
const ROOM_FOR_PAGES = { small: 16 * MB, large: 32 * MB };

async function startWeb(atEnd: AtEnd): Promise<void> {
  const { env, log } = await openGround(atEnd, ["APP_DATABASE_URL", "DOOR_DATABASE_URL"]);
  const { openPages } = await import("./pages.server.ts");
  const server = createServer({
    keepAliveTimeout: 65_000,
    requestTimeout: 30_000,
    headersTimeout: 5000,
    connectionsCheckingInterval: 1000,
    maxHeaderSize: 16_384,
  });
  const pages = await openPages(server);
  atEnd(pages.close);
  const withWorker = process.argv.includes("--with-worker");
  if (withWorker) {
    const { startWorker } = await import("./worker/worker.server.ts");
    const worker = await startWorker();
    atEnd(worker.stop);
  }
  const { openDoor } = await import("./sync/door.server.ts");
  const { SOURCES } = await import("./sync/sources/sources.server.ts");
  const fast = new Map<string, Door["handle"]>();
  for (const { door } of SOURCES) {
    if (!door) continue;
    const { handle, close } = openDoor({ delivery: door.delivery(), inbox: { url: env.DOOR_DATABASE_URL } });
    fast.set(door.path, handle);
    atEnd(close);
  }
  const { openPixelDoor, PIXEL_PATH } = await import("./customers/activity/pixel/door.server.ts");
  const pixel = openPixelDoor();
  fast.set(PIXEL_PATH, pixel.handle);
  atEnd(pixel.close);
  const { openBodies } = await import("./bodies.server.ts");
  const { openGate } = await import("./gate.server.ts");
  const bodies = openBodies(ROOM_FOR_PAGES);
  atEnd(async () => bodies.close());
  const { origin } = new URL(env.SHOPIFY_APP_URL);
  server.on("request", openGate({ fast, pages: pages.handle, bodies, origin }));
  const { port, drain } = await listen(server, env.PORT, env.HOST);
  atEnd(drain);
  log.info({ port, worker: withWorker }, "listening");
}

await runProcess(startWeb);
