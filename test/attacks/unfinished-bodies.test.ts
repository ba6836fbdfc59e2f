// Requests whose body never ends must not keep webhooks out.
import { createHmac, randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBodies, turnAway, type Refusal } from "../../app/bodies.server.ts";
import { runOn } from "../../prisma/schema-engine.ts";
import { addShop } from "../dev-store/store.ts";
import { askRaw } from "../setup/raw-request.ts";
import { startStack, urlsOfTest, type Stack } from "../setup/stack.ts";

const SHOP = "unfinished.myshopify.com";
const MB = 1024 * 1024;
/** Fourteen bodies of this size are 134 MB together. */
const EACH = Math.floor((128 * MB) / 14);
let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ urls: urlsOfTest(), processes: "web" });
  await stack.install(addShop(stack.store, SHOP));
});
afterAll(() => stack?.stop());

type Begun = { socket: Socket; said: () => string; gone: Promise<void> };

/** Sends the first `bytes` of a body of `length`, and nothing more. */
async function begin(origin: string, path: string, length: number, bytes: number): Promise<Begun> {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  let said = "";
  socket.on("data", (data) => (said += data.toString("latin1"))).on("error", () => undefined);
  const gone = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nX-Shopify-Hmac-Sha256: x\r\nContent-Length: ${length}\r\n\r\n`);
  await new Promise<void>((resolve) => socket.write(Buffer.alloc(bytes, "{"), () => resolve()));
  return { socket, said: () => said.split("\r\n", 1)[0] ?? "", gone };
}

async function webhook(size = 200): Promise<number> {
  const body = JSON.stringify({ id: randomUUID(), note: "x".repeat(size) });
  const headers = {
    "x-shopify-topic": "products/delete",
    "x-shopify-shop-domain": SHOP,
    "x-shopify-hmac-sha256": createHmac("sha256", stack.store.config.apiSecret).update(body).digest("base64"),
  };
  return (await askRaw(stack.appUrl, "/webhooks", { method: "POST", headers, body })).status;
}

test("fourteen connections with unfinished bodies of 134 MB together keep out no signed webhook, small or large", async () => {
  const begun = await Promise.all(Array.from({ length: 14 }, () => begin(stack.appUrl, "/webhooks", 10 * MB, EACH)));
  const answers: number[] = [];
  for (let round = 0; round < 15; round += 1) {
    answers.push(...(await Promise.all(Array.from({ length: 10 }, (_, at) => webhook(at === 0 ? MB : 200)))));
  }
  expect(answers.filter((status) => status !== 200)).toEqual([]);
  const [{ count } = { count: 0 }] = await runOn<{ count: number }>(
    urlsOfTest().owner,
    "select count(*)::int as count from inbox where shop_id = $1",
    [SHOP],
  );
  expect(count).toBe(150);
  // Some requests were refused at once; the others are cut after the time limit.
  await Promise.all(begun.map(({ gone }) => gone));
  expect(new Set(begun.map(({ said }) => said()))).toEqual(
    new Set(["HTTP/1.1 503 Service Unavailable", "HTTP/1.1 408 Request Timeout"]),
  );
});

test("a flood of unfinished bodies at the pages keeps out neither webhooks nor pages", async () => {
  const begun = await Promise.all(
    Array.from({ length: 300 }, () => begin(stack.appUrl, "/app/surveys/new", 500_000, 480_000)),
  );
  expect(await webhook()).toBe(200);
  expect((await askRaw(stack.appUrl, "/checkout/survey", { method: "POST", body: "{}" })).status).toBe(401);
  for (const { socket } of begun) socket.destroy();
});

test("a body is cut after the time that Shopify waits, however slowly it arrives", async () => {
  const began = performance.now();
  const { socket, said, gone } = await begin(stack.appUrl, "/webhooks", 1000, 10);
  const trickle = setInterval(() => socket.write("x"), 200);
  await gone;
  clearInterval(trickle);
  expect(said()).toBe("HTTP/1.1 408 Request Timeout");
  expect(performance.now() - began).toBeGreaterThan(4900);
  expect(performance.now() - began).toBeLessThan(12_000);
});

/** A server that answers with the body's first letter, or with the reason for the refusal. */
async function tell(room: {
  small: number;
  large: number;
}): Promise<{ origin: string; server: Server; outcomes: (string | Refusal)[] }> {
  const bodies = openBodies(room);
  const outcomes: (string | Refusal)[] = [];
  const server = createServer((request, response) =>
    bodies.read(request, 10 * MB, (outcome) => {
      if (typeof outcome === "string") {
        outcomes.push(`${request.url} ${outcome}`);
        turnAway(request, response, 503, outcome);
      } else response.end(`${outcome.length}`);
    }),
  );
  server.once("close", () => bodies.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server, outcomes };
}

test("the oldest unfinished body makes room, large bodies for large ones and small bodies for small ones", async () => {
  const { origin, server, outcomes } = await tell({ small: 100_000, large: 2 * MB });
  const begun: Begun[] = [];
  const start = async (path: string, bytes: number) => {
    begun.push(await begin(origin, path, path.startsWith("/small") ? 60_000 : 5 * MB, bytes));
    await sleep(50);
  };
  await start("/small-1", 40_000);
  await start("/large-1", 900_000);
  await start("/large-2", 900_000);
  expect(outcomes).toEqual([]);
  await start("/large-3", 900_000);
  expect(outcomes).toEqual(["/large-1 no_room"]);
  await start("/small-2", 40_000);
  expect(outcomes).toHaveLength(1);
  await start("/small-3", 40_000);
  expect(outcomes).toEqual(["/large-1 no_room", "/small-1 no_room"]);
  expect((await askRaw(origin, "/", { method: "POST", body: "x".repeat(900_000) })).body).toBe("900000");
  expect(outcomes.at(-1)).toBe("/large-2 no_room");
  // A sender that disconnects frees its room.
  for (const { socket } of begun) socket.destroy();
  await sleep(100);
  expect((await askRaw(origin, "/", { method: "POST", body: "x".repeat(1_900_000) })).body).toBe("1900000");
  expect(outcomes).toHaveLength(3);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
