import { createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openVisitor, startToyShop, TOY_SECRET, type ToyShop } from "../toy-shop.ts";

type Seen = { method: string; url: URL; headers: IncomingMessage["headers"]; body: string };
const seen: Seen[] = [];
let toy: ToyShop;

beforeAll(async () => {
  toy = await startToyShop({
    app: async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const url = new URL(request.url ?? "", "http://app");
      seen.push({
        method: request.method ?? "",
        url,
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      });
      response.setHeader("set-cookie", "spy=1");
      if (url.pathname === "/proxy/liquid") response.setHeader("content-type", "application/liquid");
      response.end("<p>{{ shop.name }}</p>");
    },
  });
});
afterAll(() => toy.close());

/** Checks the signature as Shopify documents it, with code of its own. */
function isGenuine(url: URL): boolean {
  const fields = new Map<string, string[]>();
  for (const [key, value] of url.searchParams)
    if (key !== "signature") fields.set(key, [...(fields.get(key) ?? []), value]);
  const message = [...fields.entries()]
    .map(([key, values]) => key + "=" + values.join(","))
    .sort()
    .join("");
  return createHmac("sha256", TOY_SECRET).update(message).digest("hex") === url.searchParams.get("signature");
}

test("the app gets the signed customer and shop, without the shopper's cookies", async () => {
  const { visit } = openVisitor(toy.url);
  await visit("/account/login", { customer_id: toy.customer.id });
  const answer = await visit("/apps/toy/survey?tag=b&tag=a&shop=evil.example&logged_in_customer_id=1", {
    answer: "yes & no",
  });
  expect(answer.headers.get("set-cookie")).toBeNull();
  expect(answer.html).toBe("<p>{{ shop.name }}</p>");
  const request = seen.at(-1);
  expect(request).toMatchObject({ method: "POST", body: "answer=yes+%26+no" });
  expect(request?.headers.cookie).toBeUndefined();
  expect(request?.headers["x-forwarded-host"]).toBe("toy-shop.myshopify.com");
  const url = request?.url ?? new URL("http://none");
  expect(url.pathname).toBe("/proxy/survey");
  expect(url.searchParams.getAll("shop")).toEqual(["toy-shop.myshopify.com"]);
  expect(url.searchParams.get("logged_in_customer_id")).toBe(toy.customer.id);
  expect(url.searchParams.get("path_prefix")).toBe("/apps/toy");
  expect(url.searchParams.getAll("tag")).toEqual(["b", "a"]);
  expect(isGenuine(url)).toBe(true);
  url.searchParams.set("logged_in_customer_id", "1");
  expect(isGenuine(url)).toBe(false);
});

test("a visitor who is not logged in has no customer id", async () => {
  await openVisitor(toy.url).visit("/apps/toy");
  expect(seen.at(-1)?.url.searchParams.get("logged_in_customer_id")).toBe("");
  expect(isGenuine(seen.at(-1)?.url ?? new URL("http://none"))).toBe(true);
});

test("a Liquid answer is rendered in the theme", async () => {
  const { html } = await openVisitor(toy.url).visit("/apps/toy/liquid");
  expect(html).toContain("<p>Toy Shop</p>");
  expect(html).toContain('<header class="header">');
});

test("without the app installed there is no proxy", async () => {
  const { installation } = toy.shop;
  toy.shop.installation = null;
  expect((await openVisitor(toy.url).visit("/apps/toy/survey")).status).toBe(404);
  toy.shop.installation = installation;
});
