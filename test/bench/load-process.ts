// The sender: keep-alive connections that post order webhooks as fast as they are answered, one at a time each.
//   node test/bench/load-process.ts PORT SECONDS CONNECTIONS SEED [COUNT]
// After SECONDS, or COUNT webhooks, nothing more is sent; what is under way is waited for. Prints one JSON line.
import { randomUUID } from "node:crypto";
import { connect, type Socket } from "node:net";
import { makeBodies } from "./bodies.ts";

const [port = 0, seconds = 3, connections = 64, seed = 1, count = Number.POSITIVE_INFINITY] = process.argv
  .slice(2)
  .map(Number);
const SECRET = process.env["SHOPIFY_API_SECRET"] ?? "";
const SHOP = process.env["BENCH_SHOP"] ?? "bench.myshopify.com";
const POOL = Math.min(20_000, count);

const bodies = makeBodies(POOL, SECRET, SHOP, seed);
const latencies: number[] = [];
let sent = 0;
let acked = 0;
let refused = 0;

function next(): Buffer | null {
  const body = bodies[sent % POOL];
  if (!body || sent >= count || performance.now() > deadline) return null;
  sent += 1;
  const head = [
    "POST /webhooks HTTP/1.1",
    "Host: 127.0.0.1",
    "Content-Type: application/json",
    `Content-Length: ${body.bytes.length}`,
    "User-Agent: Shopify-Captain-Hook",
    "X-Shopify-Topic: orders/create",
    `X-Shopify-Hmac-Sha256: ${body.signature}`,
    `X-Shopify-Shop-Domain: ${SHOP}`,
    "X-Shopify-API-Version: 2026-10",
    `X-Shopify-Webhook-Id: ${randomUUID()}`,
    `X-Shopify-Event-Id: ${randomUUID()}`,
    "X-Shopify-Triggered-At: 2026-11-22T10:00:00.123456789Z",
  ].join("\r\n");
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`), body.bytes]);
}

/** An answer without a body ends with its head, any other with its last chunk or byte. */
function endOf(answer: string): number {
  const head = answer.indexOf("\r\n\r\n");
  if (head < 0) return -1;
  const length = /content-length: (\d+)/i.exec(answer.slice(0, head))?.[1];
  if (length !== undefined) return answer.length >= head + 4 + Number(length) ? head + 4 + Number(length) : -1;
  const last = answer.indexOf("0\r\n\r\n", head);
  return last < 0 ? -1 : last + 5;
}

function runConnection(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, "127.0.0.1");
    let answer = "";
    let began = 0;
    const post = () => {
      const request = next();
      if (!request) return socket.end(resolve);
      began = performance.now();
      socket.write(request);
    };
    socket.setNoDelay(true);
    socket.on("connect", post);
    socket.on("error", reject);
    socket.on("data", (data: Buffer) => {
      answer += data.toString("latin1");
      const end = endOf(answer);
      if (end < 0) return;
      latencies.push(performance.now() - began);
      if (answer.startsWith("HTTP/1.1 200")) acked += 1;
      else refused += 1;
      answer = answer.slice(end);
      post();
    });
  });
}

const started = performance.now();
const deadline = started + seconds * 1000;
await Promise.all(Array.from({ length: connections }, runConnection));
const elapsed = (performance.now() - started) / 1000;
latencies.sort((one, other) => one - other);
const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? 0;
process.stdout.write(
  `${JSON.stringify({ acked, refused, distinct: Math.min(acked, POOL), seconds: elapsed, p50: at(0.5), p99: at(0.99) })}\n`,
);
