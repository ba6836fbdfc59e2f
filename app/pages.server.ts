// Serves all requests that are not for a fast door: built files first, then Remix. In development Vite serves from source.
import fs from "node:fs";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { createRequestHandler, writeReadableStreamToWritable, type ServerBuild } from "@remix-run/node";
import { env } from "./env.server.ts";
import { log } from "./log.server.ts";

export type Pages = {
  handle(request: IncomingMessage, response: ServerResponse, body: Buffer): void;
  close(): Promise<void>;
};

const root = path.resolve(import.meta.dirname, "..");
const client = path.join(root, "build", "client");
const server = path.join(root, "build", "server", "index.js");

type Serve = (request: IncomingMessage, response: ServerResponse, body: Buffer) => Promise<void>;

/** `http`: in development Vite sends edits over this server too, so that they pass the tunnel. */
export async function openPages(http: Server): Promise<Pages> {
  const { serve, close } = env.NODE_ENV === "development" ? await fromSource(http) : await fromBuild();
  return {
    handle(request, response, body) {
      serve(request, response, body).catch((error: Error) => {
        log.error({ err: error }, "a page could not be served");
        if (!response.headersSent) response.writeHead(500);
        response.end();
      });
    },
    close,
  };
}

async function fromBuild(): Promise<{ serve: Serve; close(): Promise<void> }> {
  if (!fs.existsSync(server)) throw new Error("There is no build: run `npm run build`, or set NODE_ENV=development.");
  // Stacks then name lines of the source.
  process.setSourceMapsEnabled(true);
  const build = (await import(server)) as ServerBuild;
  const answer = createRequestHandler(build, "production");
  return {
    serve: async (request, response, body) => {
      if (await serveFile(request, response)) return;
      await serveRemix(requestOf(request, response, body), response, answer, request.socket.remoteAddress);
    },
    close: async () => undefined,
  };
}

async function fromSource(http: Server): Promise<{ serve: Serve; close(): Promise<void> }> {
  const { createServer } = await import("vite");
  const allowedHosts = [new URL(env.SHOPIFY_APP_URL).hostname];
  const vite = await createServer({ root, server: { middlewareMode: true, hmr: { server: http }, allowedHosts } });
  const load = () => vite.ssrLoadModule("virtual:remix/server-build") as Promise<ServerBuild>;
  const answer = createRequestHandler(load, "development");
  return {
    serve: (request, response, body) =>
      new Promise((resolve, reject) => {
        const { remoteAddress } = request.socket;
        vite.middlewares(request, response, (error?: Error) =>
          error
            ? reject(error)
            : serveRemix(requestOf(request, response, body), response, answer, remoteAddress).then(resolve, reject),
        );
      }),
    close: () => vite.close(),
  };
}

const TYPES: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
};

/** Returns false if the build has no such file. */
async function serveFile(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  if (request.method !== "GET" && request.method !== "HEAD") return false;
  const file = fileOf(request.url ?? "/");
  const type = file && TYPES[path.extname(file)];
  const stat = type ? await fs.promises.stat(file).catch(() => null) : null;
  if (!file || !type || !stat?.isFile()) return false;
  // A name below assets/ contains a hash of the file's content.
  const forever = file.startsWith(path.join(client, "assets") + path.sep);
  response.writeHead(200, {
    "content-type": type,
    "content-length": stat.size,
    "cache-control": forever ? "public, max-age=31536000, immutable" : "public, max-age=3600",
    "x-content-type-options": "nosniff",
  });
  if (request.method === "HEAD") response.end();
  else await pipeline(fs.createReadStream(file), response);
  return true;
}

function fileOf(url: string): string | null {
  const [pathname = ""] = url.split("?");
  let name: string;
  try {
    name = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  if (name.includes("\0")) return null;
  const file = path.join(client, name);
  return file.startsWith(client + path.sep) ? file : null;
}

type Answer = (request: Request, context: { remoteAddress: string }) => Promise<Response>;

async function serveRemix(
  request: Request,
  outgoing: ServerResponse,
  answer: Answer,
  remoteAddress = "",
): Promise<void> {
  const response = await answer(request, { remoteAddress });
  outgoing.statusCode = response.status;
  outgoing.statusMessage = response.statusText;
  for (const [name, value] of response.headers) outgoing.appendHeader(name, value);
  if (response.body) await writeReadableStreamToWritable(response.body, outgoing);
  else outgoing.end();
}

const appUrl = new URL(env.SHOPIFY_APP_URL);

/** The host is always the app's own: a client can write anything into the headers that name a host. */
function requestOf(incoming: IncomingMessage, outgoing: ServerResponse, body: Buffer): Request {
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  headers.set("host", appUrl.host);
  headers.delete("x-forwarded-host");
  const controller = new AbortController();
  outgoing.once("close", () => {
    if (!outgoing.writableFinished) controller.abort();
  });
  const method = incoming.method ?? "GET";
  const hasBody = method !== "GET" && method !== "HEAD";
  return new Request(appUrl.href.replace(/\/$/, "") + (incoming.url ?? "/"), {
    method,
    headers,
    signal: controller.signal,
    ...(hasBody ? { body: new Uint8Array(body) } : {}),
  });
}
