import { createHmac } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openVisitor, startToyShop, TOY_SECRET, type ToyShop } from "../toy-shop.ts";

let toy: ToyShop;
beforeAll(async () => {
  toy = await startToyShop({
    files: {
      "extensions/theme/shopify.extension.toml": 'name = "Toy"\ntype = "theme"\n',
      "extensions/theme/blocks/tip.liquid":
        '<p>{{ block.settings.words }}</p>{% schema %}{ "name": "Tip", "target": "section", "enabled_on": { "templates": ["cart"] }, "settings": [{ "type": "text", "id": "words", "label": "t:words", "default": "Hello" }, { "type": "checkbox", "id": "loud", "label": "Loud" }] }{% endschema %}',
      "extensions/theme/locales/en.default.schema.json": '{"words":"Its words"}',
      "extensions/bar/shopify.extension.toml": 'name = "Bar"\ntype = "theme"\n',
      "extensions/bar/blocks/bar.liquid":
        '<p>bar</p>{% schema %}{ "name": "Bar", "target": "body", "settings": [] }{% endschema %}',
    },
  });
});
afterAll(() => toy.close());

const EDITOR = "/admin/themes/current/editor";

async function post(path: string, fields: [string, string][]): Promise<number> {
  return (await fetch(toy.url + path, { method: "POST", body: new URLSearchParams(fields) })).status;
}

test("the frame's URL has Shopify's parameters and signature", async () => {
  const { html } = await openVisitor(toy.url).visit("/admin/apps/toy/app/customers?q=a%26b");
  const source = /data-source="([^"]+)"/.exec(html)?.[1]?.replaceAll("&#38;", "&") ?? "";
  const url = new URL(source);
  expect(url.origin + url.pathname).toBe(`${toy.tunnelUrl}/app/customers`);
  const query = Object.fromEntries(url.searchParams);
  expect(query).toMatchObject({ embedded: "1", shop: "toy-shop.myshopify.com", locale: "en", q: "a&b" });
  expect(Buffer.from(query["host"] ?? "", "base64").toString()).toBe("admin.shopify.com/store/toy-shop");
  const { hmac, ...rest } = query;
  const message = Object.keys(rest)
    .sort()
    .map((key) => `${key}=${encodeURIComponent(rest[key] ?? "")}`)
    .join("&");
  expect(createHmac("sha256", TOY_SECRET).update(message).digest("hex")).toBe(hmac);
  expect(Math.abs(Number(query["timestamp"]) - Date.now() / 1000)).toBeLessThan(5);
});

test("an app that is not installed is not framed", async () => {
  const { installation } = toy.shop;
  toy.shop.installation = null;
  const page = await openVisitor(toy.url).visit("/admin/apps/toy/app");
  toy.shop.installation = installation;
  expect(page.status).toBe(404);
  expect(page.html).not.toContain("<iframe");
});

test("a block is offered on the templates that its schema allows, and keeps its settings", async () => {
  const { visit } = openVisitor(toy.url);
  const editor = (await visit(EDITOR)).html;
  expect(editor).toContain('value="theme/tip:cart"');
  expect(editor).not.toContain('value="theme/tip:index"');
  expect(editor).toContain('value="bar/bar:*"');
  await post(EDITOR, [
    ["on", "theme/tip:cart"],
    ["on", "bar/bar:*"],
    ["on", "theme/tip:index"],
  ]);
  expect(toy.shop.themeBlocks.map(({ block, template }) => `${block} ${template}`)).toEqual([
    "bar/bar *",
    "theme/tip cart",
  ]);
  expect((await visit(EDITOR)).html).toContain("Its words");
  await post(EDITOR, [
    ["on", "theme/tip:cart"],
    ["set:theme/tip:cart:words", "Good day"],
    ["set:theme/tip:cart:loud", "on"],
  ]);
  expect(toy.shop.themeBlocks).toMatchObject([{ settings: { words: "Good day", loud: true } }]);
  const id = toy.shop.themeBlocks[0]?.id;
  await post(EDITOR, [["on", "theme/tip:cart"]]);
  expect(toy.shop.themeBlocks).toMatchObject([{ id, settings: { words: "Good day" } }]);
  expect((await visit("/cart")).html).toContain("<p>Good day</p>");
  await post(EDITOR, []);
  expect(toy.shop.themeBlocks).toEqual([]);
});

test("a deep link of another app adds nothing", async () => {
  const { visit } = openVisitor(toy.url);
  expect((await visit(`${EDITOR}?template=cart&addAppBlockId=toy-key/tip`)).html).toContain("Not saved");
  expect((await visit(`${EDITOR}?template=cart&addAppBlockId=other/tip`)).html).not.toContain("Not saved");
  expect((await visit(`${EDITOR}?template=cart&addAppBlockId=toy-key/none`)).html).toContain("was not found");
});

test("every item of the menu leads to a page, and a customer's URL to the customer", async () => {
  const { visit } = openVisitor(toy.url);
  const home = (await visit("/admin")).html;
  for (const [, href = ""] of home.matchAll(/href="(\/admin[^"]*)"/g)) expect((await visit(href)).status).toBe(200);
  expect((await visit(`/admin/customers/${toy.customer.id}`)).html).toContain("asha@example.com");
  expect((await visit("/admin/none")).status).toBe(404);
});
