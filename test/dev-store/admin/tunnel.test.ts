import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startToyShop, type ToyShop } from "../toy-shop.ts";
import { replaceInStream, rewritePolicy } from "./tunnel.ts";

const CDN = "https://cdn.shopify.com/shopifycloud/app-bridge.js";
const bytes = Buffer.from([0, 255, 1, 254, 13, 10, 128]);
let tellFirstWasRead: () => void = () => undefined;
const firstWasRead = new Promise<void>((resolve) => (tellFirstWasRead = resolve));
let toy: ToyShop;

beforeAll(async () => {
  toy = await startToyShop({
    app: async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      if (request.method === "POST") {
        response.setHeader("content-type", "application/octet-stream");
        response.setHeader(
          "x-forwarded",
          `${request.headers["x-forwarded-proto"]} ${request.headers["x-forwarded-host"]}`,
        );
        return void response.end(Buffer.concat(chunks));
      }
      if (request.url === "/slow") {
        response.writeHead(200, { "content-type": "text/html" });
        response.write(`<p>first</p>${" ".repeat(100)}`);
        return void firstWasRead.then(() => response.end("<p>last</p>"));
      }
      response.setHeader("content-type", request.url === "/data" ? "application/json" : "text/html; charset=utf-8");
      response.setHeader(
        "content-security-policy",
        "frame-ancestors https://toy-shop.myshopify.com https://admin.shopify.com;",
      );
      response.setHeader("link", `<${CDN}>; rel=preload; as=script`);
      response.end(`<script src="${CDN}"></script>`);
    },
  });
});
afterAll(() => toy.close());

test("the admin may frame the app, and App Bridge comes from the store", async () => {
  const page = await fetch(`${toy.tunnelUrl}/app`);
  expect(page.headers.get("content-security-policy")).toContain(
    `frame-ancestors https://toy-shop.myshopify.com https://admin.shopify.com ${toy.url}`,
  );
  const script = `${toy.url}/admin/assets/app-bridge.js`;
  expect(await page.text()).toBe(`<script src="${script}"></script>`);
  expect(page.headers.get("link")).toBe(`<${script}>; rel=preload; as=script`);
  const source = await (await fetch(script)).text();
  expect(source).toContain("ui-title-bar");
});

test("answers that are neither pages nor scripts pass unchanged, and bodies keep every byte", async () => {
  expect(await (await fetch(`${toy.tunnelUrl}/data`)).text()).toContain(CDN);
  const echo = await fetch(`${toy.tunnelUrl}/echo`, { method: "POST", body: bytes });
  expect(Buffer.from(await echo.arrayBuffer())).toEqual(bytes);
  expect(echo.headers.get("x-forwarded")).toBe(`http ${new URL(toy.tunnelUrl).host}`);
});

test("a page that is written in parts arrives in parts", async () => {
  const response = await fetch(`${toy.tunnelUrl}/slow`);
  const reader = response.body?.getReader();
  const first = await reader?.read();
  expect(Buffer.from(first?.value ?? []).toString()).toContain("<p>first</p>");
  // The last part is written only now. A tunnel that waited for the whole page would not have sent the first part.
  tellFirstWasRead();
  const last = await reader?.read();
  expect(Buffer.from(last?.value ?? []).toString()).toContain("<p>last</p>");
  await reader?.cancel();
});

test("the CDN's URL is replaced even if it is split between two chunks", async () => {
  const text = `a${CDN}b${CDN}c`;
  for (let cut = 0; cut <= text.length; cut += 7) {
    const source = Readable.from([Buffer.from(text.slice(0, cut)), Buffer.from(text.slice(cut))]);
    const parts: Buffer[] = [];
    for await (const part of source.pipe(replaceInStream(CDN, "/x"))) parts.push(part as Buffer);
    expect(Buffer.concat(parts).toString()).toBe("a/xb/xc");
  }
});

test("a policy that allows nobody to frame the app stays so", () => {
  expect(rewritePolicy("frame-ancestors 'none'", ["http://a"])).toBe("frame-ancestors 'none'");
  expect(rewritePolicy("default-src 'self'; script-src https://cdn.shopify.com", ["http://a"])).toBe(
    "default-src 'self'; script-src https://cdn.shopify.com http://a",
  );
});
