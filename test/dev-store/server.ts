// An HTTP server on loopback for all shops, and the tunnel to the app.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { listenTunnel } from "./admin/tunnel.ts";
import { FACES } from "./faces.ts";
import { answerText, type Face, type StoreAnswer, type StoreRequest } from "./http.ts";
import type { ShopState, Store, StoreConfig } from "./model.ts";
import { flushSnapshot, scheduleSave } from "./snapshot.ts";
import { createStore } from "./store.ts";
import { closeOutbox } from "./webhooks/deliver.ts";

export type RunningStore = {
  store: Store;
  /** `http://127.0.0.1:PORT`, the storefront of the first shop. */
  url: string;
  /** The app's public URL. */
  tunnelUrl: string;
  close(): Promise<void>;
};

/** Listens on free ports where the configuration says 0, and writes the ports into the store's configuration. */
export async function startStore(config: StoreConfig, faces: Face[] = FACES): Promise<RunningStore> {
  const store = createStore({ ...config });
  const server = createServer((request, response) => void handle(store, faces, request, response));
  server.keepAliveTimeout = 60_000;
  await listen(server, store);
  const tunnel = await listenTunnel(store);
  return {
    store,
    url: `http://127.0.0.1:${store.config.port}`,
    tunnelUrl: `http://127.0.0.1:${store.config.tunnelPort}`,
    async close() {
      closeOutbox(store);
      flushSnapshot(store);
      await Promise.all([stop(server), stop(tunnel)]);
    },
  };
}

async function listen(server: Server, store: Store): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(store.config.port, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (typeof address === "object" && address !== null) store.config.port = address.port;
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function handle(store: Store, faces: Face[], incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  let answer: StoreAnswer;
  try {
    const request = await readRequest(incoming);
    answer = await answerWith(store, faces, request);
    if (!["GET", "HEAD", "OPTIONS"].includes(request.method)) scheduleSave(store);
  } catch (error) {
    const story = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`${incoming.method} ${incoming.url}: ${story}\n`);
    answer = answerText(story, 500);
  }
  if (answer.status === 0) {
    incoming.socket.destroy();
    return;
  }
  response.writeHead(answer.status, answer.headers);
  response.end(incoming.method === "HEAD" ? undefined : answer.body);
}

async function answerWith(store: Store, faces: Face[], request: StoreRequest): Promise<StoreAnswer> {
  const shop = findShop(store, request);
  if (shop === undefined) return answerText("Not Found", 404);
  for (const face of faces) {
    const answer = await face(store, shop, request);
    if (answer !== null) return answer;
  }
  return answerText("Not Found", 404);
}

/** Finds the shop by the name in the preload's header, else by the Host header. Another address is the first shop. */
export function findShop(store: Store, request: StoreRequest): ShopState | undefined {
  const asked = request.headers["x-forwarded-host"] ?? request.headers["host"] ?? "";
  const name = asked.replace(/:\d+$/, "");
  if (name.endsWith(".localhost")) return store.shops.get(name.replace(/localhost$/, "myshopify.com"));
  if (name.endsWith(".myshopify.com")) return store.shops.get(name);
  return store.shops.values().next().value;
}

async function readRequest(incoming: IncomingMessage): Promise<StoreRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  const forwarded = headers["x-forwarded-host"];
  const origin = forwarded === undefined ? `http://${headers["host"] ?? "127.0.0.1"}` : `https://${forwarded}`;
  return {
    method: incoming.method ?? "GET",
    url: new URL(`${origin}${incoming.url ?? "/"}`),
    headers,
    body: Buffer.concat(chunks),
  };
}
