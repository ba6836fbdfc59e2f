// Attempts to reach the internal network through a plugin's `fetch`. Every attempt must fail.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { hostname } from "node:os";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sql } from "../../app/db.server.ts";
import { fetchOf } from "../../app/plugins/running/given/sends.server.ts";
import type { Shop } from "../../app/shop.server.ts";
import { newShop } from "../flows/new-shop.ts";

const asked: string[] = [];
let redirectTo = "/";
const inside = createServer((request, response) => {
  asked.push(`${request.method} ${request.headers.host}${request.url}`);
  if (request.url === "/away") response.writeHead(302, { location: redirectTo });
  if (request.url === "/long") response.write(Buffer.alloc(2 * 1024 * 1024));
  response.end("secret");
});
let port: number;
let shop: Shop;
beforeAll(async () => {
  await new Promise<void>((resolve) => inside.listen(0, "0.0.0.0", resolve));
  ({ port } = inside.address() as AddressInfo);
  shop = await newShop();
});
afterAll(() => inside.close());

const send = (...hosts: string[]) =>
  fetchOf(
    shop,
    "guest",
    hosts.map((host) => ({ host, purpose: "guest.purpose" })),
  );

test("a host that is not declared is not requested, however its address is written", async () => {
  const fetch = send("api.example.com");
  for (const address of [
    `http://127.0.0.1:${port}/`,
    `https://127.0.0.1:${port}/`,
    `http://[::ffff:127.0.0.1]:${port}/`,
    `http://0.0.0.0:${port}/`,
    `http://2130706433:${port}/`,
    `http://api.example.com@127.0.0.1:${port}/`,
    `https://api.example.com.evil.example/`,
    `https://api.example.com:8443/`,
  ])
    await expect(fetch(address), address).rejects.toThrow(/is not in its sends/);
  await expect(fetch("http://api.example.com/")).rejects.toThrow("by http: and not by https:");
  expect(asked).toEqual([]);
});

test("a declared host name that resolves to an internal address is refused at the socket", async () => {
  // The machine's own host name resolves to an internal address, as a host name on a hostile name server could.
  const name = hostname().toLowerCase();
  await expect(send(`${name}:${port}`)(`https://${name}:${port}/`)).rejects.toThrow(
    "leads to an address inside this network",
  );
  expect(asked).toEqual([]);
});

test("a declared internal address is reached, and a redirect to an undeclared one is not followed", async () => {
  const fetch = send(`127.0.0.1:${port}`);
  expect(await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: "x".repeat(99) })).toMatchObject({
    status: 200,
    text: "secret",
  });
  redirectTo = `http://0.0.0.0:${port}/inner`;
  await expect(fetch(`http://127.0.0.1:${port}/away`)).rejects.toThrow(`0.0.0.0:${port}, which is not in its sends`);
  redirectTo = `/away`;
  await expect(fetch(`http://127.0.0.1:${port}/away`)).rejects.toThrow("redirects more than 3 times");
  await expect(fetch(`http://127.0.0.1:${port}/long`)).rejects.toThrow("answers with more than 1 MB");
  expect(asked.some((each) => each.includes("inner"))).toBe(false);
  const rows = await shop.db.tx((tx) =>
    tx.rows<{ what: string; calls: number; failed: number; bytes: string }>(
      sql`select what, calls, failed, bytes::text from plugin_access where shop_id = ${shop.id} and failed < calls`,
    ),
  );
  expect(rows).toEqual([{ what: `127.0.0.1:${port}`, calls: 7, failed: 1, bytes: expect.stringMatching(/^1\d\d$/) }]);
});
