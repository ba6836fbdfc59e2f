// The tunnel: the app's public URL. It is a reverse proxy that lets the admin frame the app, and replaces the URL of Shopify's
// CDN by this store's App Bridge, so that the app has no code for development. Bodies are streamed in both directions.

import {
  createServer,
  request as requestUpstream,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { connect } from "node:net";
import { Transform, type Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Store } from "../model.ts";
import { APP_BRIDGE_PATH } from "./app-bridge-script.ts";
import { adminOrigins } from "./frame.ts";

const CDN = "https://cdn.shopify.com";
const CDN_SCRIPT = `${CDN}/shopifycloud/app-bridge.js`;

/** Replaces a text in a stream of bytes, even if the text is split between two chunks. */
export function replaceInStream(from: string, to: string): Transform {
  const needle = Buffer.from(from);
  const replacement = Buffer.from(to);
  let rest = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      let bytes = Buffer.concat([rest, chunk]);
      for (let at = bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle)) {
        this.push(bytes.subarray(0, at));
        this.push(replacement);
        bytes = bytes.subarray(at + needle.length);
      }
      const kept = Math.min(bytes.length, needle.length - 1);
      this.push(bytes.subarray(0, bytes.length - kept));
      rest = Buffer.from(bytes.subarray(bytes.length - kept));
      done();
    },
    flush(done) {
      this.push(rest);
      done();
    },
  });
}

/** Adds the admin to the origins that may frame the app, and the store to the origins of scripts. */
export function rewritePolicy(policy: string, origins: string[]): string {
  const directives = policy.split(";").map((directive) => directive.trim());
  return directives
    .map((directive) => {
      const [name = "", ...values] = directive.split(/\s+/);
      if (name === "frame-ancestors" && !values.includes("'none'")) return [directive, ...origins].join(" ");
      if (/^(script-src|script-src-elem|connect-src)$/.test(name) && values.includes(CDN))
        return [directive, ...origins].join(" ");
      return directive;
    })
    .join("; ");
}

function rewriteHeaders(store: Store, answer: IncomingMessage, script: string): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(answer.headers)) if (value !== undefined) headers[name] = value;
  const policy = headers["content-security-policy"];
  if (typeof policy === "string") headers["content-security-policy"] = rewritePolicy(policy, adminOrigins(store));
  const links = [headers["link"] ?? []].flat();
  if (links.length > 0) headers["link"] = links.map((link) => link.replaceAll(CDN_SCRIPT, script));
  return headers;
}

const isRewritten = (answer: IncomingMessage): boolean =>
  /html|javascript|x-script/.test(answer.headers["content-type"] ?? "");

async function passOn(store: Store, answer: IncomingMessage, response: ServerResponse): Promise<void> {
  const script = `http://127.0.0.1:${store.config.port}${APP_BRIDGE_PATH}`;
  const headers = rewriteHeaders(store, answer, script);
  const status = answer.statusCode ?? 502;
  if (!isRewritten(answer) || answer.headers["content-encoding"] !== undefined) {
    response.writeHead(status, headers);
    await pipeline(answer, response);
    return;
  }
  delete headers["content-length"];
  delete headers["transfer-encoding"];
  response.writeHead(status, headers);
  await pipeline(answer, replaceInStream(CDN_SCRIPT, script), response);
}

function forward(store: Store, request: IncomingMessage, response: ServerResponse): void {
  const target = new URL(store.config.appUrl);
  const upstream = requestUpstream({
    host: target.hostname,
    port: target.port,
    method: request.method,
    path: request.url,
    headers: {
      ...request.headers,
      "accept-encoding": "identity", // a compressed page could not be read
      "x-forwarded-for": request.socket.remoteAddress ?? "127.0.0.1",
      "x-forwarded-host": request.headers.host ?? "",
      "x-forwarded-proto": "http",
    },
  });
  upstream.on("response", (answer) => {
    passOn(store, answer, response).catch(() => response.destroy());
  });
  upstream.on("error", (error) => {
    if (response.headersSent) response.destroy();
    else response.writeHead(502, { "content-type": "text/plain" }).end(`The app does not answer: ${error.message}`);
  });
  response.on("close", () => upstream.destroy());
  pipeline(request, upstream).catch(() => upstream.destroy());
}

/** Passes a WebSocket through unchanged. A development server uses it to reload edited files. */
function forwardUpgrade(store: Store, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { hostname, port } = new URL(store.config.appUrl);
  const upstream = connect(Number(port), hostname, () => {
    const headers = request.rawHeaders.map((text, at) => (at % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join("");
    upstream.write(`${request.method} ${request.url} HTTP/1.1\r\n${headers}\r\n`);
    upstream.write(head);
    pipeline(upstream, socket, upstream).catch(() => upstream.destroy());
  });
  upstream.on("error", () => socket.destroy());
  socket.on("error", () => upstream.destroy());
}

/** Listens on the tunnel's port. If the port was free to choose, writes it into the store's configuration. */
export async function listenTunnel(store: Store): Promise<Server> {
  // A client that reads a page every few seconds must not find its connection closed.
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => forward(store, request, response));
  server.on("upgrade", (request, socket, head) => forwardUpgrade(store, request, socket, head));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(store.config.tunnelPort, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (typeof address === "object" && address !== null) store.config.tunnelPort = address.port;
  return server;
}
