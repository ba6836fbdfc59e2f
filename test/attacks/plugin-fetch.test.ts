// Attempts to reach the internal network through a plugin's `fetch`. Every attempt must fail.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { hostname } from "node:os";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sql } from "../../app/db.server.ts";
import { definePlugin } from "../../app/plugins/plugin.ts";
import { workContextOf } from "../../app/plugins/running/given/context.server.ts";
import { runGuarded } from "../../app/plugins/running/guard.server.ts";
import { fetchOf } from "../../app/plugins/running/given/sends.server.ts";
import type { Shop } from "../../app/shop.server.ts";
import { newShop } from "../flows/new-shop.ts";

const asked: string[] = [];
let redirectTo = "/";
let redirectStatus = 302;
const inside = createServer((request, response) => {
  asked.push(`${request.method} ${request.headers.host}${request.url}`);
  if (request.url === "/away") response.writeHead(redirectStatus, { location: redirectTo });
  if (request.url === "/long") response.write(Buffer.alloc(2 * 1024 * 1024));
  if (request.url === "/never") return;
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

const sentBy = async ({ id, db }: Shop) => {
  const [noted] = await db.tx((tx) =>
    tx.rows<{ calls: number }>(sql`select sum(calls)::int as calls from plugin_access where shop_id = ${id}`),
  );
  return noted?.calls;
};

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

test.each([301, 302, 303, 307, 308])(
  "a redirect (%i) to another declared host takes no secret along",
  async (status) => {
    const got: { method: string; secrets: unknown[]; accept: string | undefined; body: string }[] = [];
    const second = createServer(async (request, response) => {
      const { authorization, cookie, accept } = request.headers;
      let body = "";
      for await (const part of request) body += String(part);
      got.push({
        method: request.method ?? "",
        secrets: [authorization, cookie, request.headers["x-api-key"]],
        accept,
        body,
      });
      response.end("thanks");
    });
    await new Promise<void>((resolve) => second.listen(0, "127.0.0.1", resolve));
    const other = `127.0.0.1:${(second.address() as AddressInfo).port}`;
    redirectTo = `http://${other}/`;
    redirectStatus = status;
    const headers = { authorization: "Bearer secret", Cookie: "a=b", "x-api-key": "k", accept: "text/plain" };
    await send(`127.0.0.1:${port}`, other)(`http://127.0.0.1:${port}/away`, {
      method: "POST",
      body: "amount=5",
      headers,
    });
    second.close();
    redirectStatus = 302;
    const isGet = status < 304;
    expect(got).toEqual([
      {
        method: isGet ? "GET" : "POST",
        secrets: [undefined, undefined, undefined],
        accept: "text/plain",
        body: isGet ? "" : "amount=5",
      },
    ]);
  },
);

test("after a plugin's work was given up nothing more of it is sent, and what was sent is counted", async () => {
  const own = await newShop();
  const host = `127.0.0.1:${port}`;
  const plugin = definePlugin({
    ...{ name: "talker", contract: 1, label: "talker.label", description: "talker.label" },
    sends: [{ host, purpose: "talker.label" }],
  });
  const before = asked.length;
  const tried: unknown[] = [];
  let over: () => void = () => undefined;
  const loop = new Promise<void>((resolve) => (over = resolve));
  const ran = await runGuarded(
    own,
    "talker",
    "orders/create",
    async (its) => {
      const { fetch, admin } = workContextOf(its, plugin, {});
      for (let time = 0; time < 30; time += 1) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        tried.push(
          await fetch(`http://${host}/`).then(
            () => "sent",
            () => "refused",
          ),
        );
      }
      await expect(admin.request("query Q { shop { id } }")).rejects.toThrow("no answer within 0.4 s");
      over();
    },
    400,
  );
  await loop;
  expect(ran).toEqual({ ok: false });
  expect(tried.slice(-15)).toEqual(Array.from({ length: 15 }, () => "refused"));
  // A request that is cut off on its way counts, whether or not the host saw it.
  const sent = asked.length - before;
  expect([sent, sent + 1]).toContain(await sentBy(own));
});

test("a request that is under way when the work is given up is counted", async () => {
  const own = await newShop();
  const host = `127.0.0.1:${port}`;
  const plugin = definePlugin({
    ...{ name: "talker", contract: 1, label: "talker.label", description: "talker.label" },
    sends: [{ host, purpose: "talker.label" }],
  });
  const before = asked.length;
  let waiting: Promise<unknown> = Promise.resolve();
  const work = (its: Shop) => {
    waiting = workContextOf(its, plugin, {}).fetch(`http://${host}/never`);
    return waiting;
  };
  expect(await runGuarded(own, "talker", "orders/create", work, 1000)).toEqual({ ok: false });
  await expect(waiting).rejects.toThrow("no answer within 1 s");
  expect([asked.length - before, await sentBy(own)]).toEqual([1, 1]);
});
