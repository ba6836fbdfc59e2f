import { execFile } from "node:child_process";
import { createServer, type Server } from "node:http";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
let server: Server;
let address: string;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { url, method, headers } = request;
    const told = { url, method, host: headers["x-forwarded-host"], token: headers["x-token"] };
    response.end(JSON.stringify({ ...told, body: Buffer.concat(chunks).toString() }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const at = server.address();
  if (typeof at === "object" && at !== null) address = `http://127.0.0.1:${at.port}`;
});
afterAll(() => server.close());

async function say(script: string): Promise<unknown> {
  const args = ["--import", "./test/dev-store/preload.ts", "--input-type=module", "-e", script];
  const { stdout } = await run(process.execPath, args, { env: { ...process.env, DEV_STORE_URL: address } });
  return JSON.parse(stdout);
}

test("a call to a myshopify.com address reaches the store with its path, headers and body", async () => {
  const call = `await fetch("https://tea.myshopify.com/admin/api/x.json?a=1", { method: "POST", headers: { "x-token": "t" }, body: "hello" })`;
  expect(await say(`console.log(await (${call}).text())`)).toEqual({
    url: "/admin/api/x.json?a=1",
    method: "POST",
    host: "tea.myshopify.com",
    token: "t",
    body: "hello",
  });
});

test("a Request object reaches the store too", async () => {
  const call = `await fetch(new Request("https://tea.myshopify.com/graphql", { method: "POST", headers: { "x-token": "t" }, body: "{}" }))`;
  expect(await say(`console.log(await (${call}).text())`)).toMatchObject({
    url: "/graphql",
    method: "POST",
    host: "tea.myshopify.com",
    token: "t",
    body: "{}",
  });
});

test("every other URL is unchanged", async () => {
  const plain = `await fetch(process.env.DEV_STORE_URL + "/plain")`;
  expect(await say(`console.log(await (${plain}).text())`)).toMatchObject({ url: "/plain", method: "GET" });
  const look = `await fetch("https://tea.myshopify.com.invalid/").catch((error) => error.message)`;
  expect(await say(`console.log(JSON.stringify(${look}))`)).toBe("fetch failed");
});
