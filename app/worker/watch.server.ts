// The HTTP server of a worker process: /healthz, /readyz and /metrics.
import { createServer, type IncomingMessage } from "node:http";
import { listen } from "../listen.server.ts";
import { log } from "../log.server.ts";
import { mayScrape, METRICS_TYPE, metricsText } from "../metrics.server.ts";
import { readiness } from "../readiness.server.ts";
import { measureBacklog } from "../sync/inbox/backlog.server.ts";

type Answer = { status: number; type: string; body: string };

const plain = (status: number, body: string): Answer => ({ status, type: "text/plain; charset=utf-8", body });

/** Resolves to the function that ends the server. */
export async function openWatch(port: number, host: string): Promise<() => Promise<void>> {
  const server = createServer((request, response) => {
    answer(request)
      .catch((error: Error) => {
        log.error({ err: error }, "a watcher could not be answered");
        return plain(500, "");
      })
      .then(({ status, type, body }) =>
        response.writeHead(status, { "content-type": type, "cache-control": "no-store" }).end(body),
      );
  });
  return (await listen(server, port, host, "WORKER_PORT")).drain;
}

async function answer(request: IncomingMessage): Promise<Answer> {
  switch (request.url) {
    case "/healthz":
      return plain(200, "ok\n");
    case "/readyz": {
      const { ready, checks } = await readiness();
      return { status: ready ? 200 : 503, type: "application/json", body: JSON.stringify({ ready, checks }) };
    }
    case "/metrics": {
      const headers = new Headers();
      for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value));
      if (!mayScrape(headers, request.socket.remoteAddress)) break;
      await measureBacklog();
      return { status: 200, type: METRICS_TYPE, body: await metricsText() };
    }
  }
  return plain(404, "Not Found\n");
}
