import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { FrameLocator } from "playwright-core";
import { publishedEvents } from "../dev-store/storefront/published-events.ts";
import { startToyShop, type ToyShop } from "../dev-store/toy-shop.ts";
import { openBrowser, PHONE, type OpenBrowser } from "../setup/browser.ts";

const asked: { url: string; authorization: string }[] = [];
let browser: OpenBrowser;
let toy: ToyShop;

/** A survey as an app would write it, with Preact and Shopify's own entry point. */
const SURVEY = `
import "@shopify/ui-extensions/preact";
import { render, h } from "preact";
import { useState } from "preact/hooks";
export default async () => render(h(Survey), document.body);
function Survey() {
  const [values, setValues] = useState([]);
  const [several, setSeveral] = useState([]);
  const [text, setText] = useState("");
  const [said, setSaid] = useState("");
  const { order, number, isFirstOrder } = shopify.orderConfirmation.value;
  async function send() {
    const token = await shopify.sessionToken.get();
    const headers = { authorization: "Bearer " + token };
    const answer = await fetch("https://toy.example.com/survey?order=" + encodeURIComponent(order.id), { headers }).catch((error) => error);
    await shopify.storage.write("sent", { values, several, text });
    await shopify.analytics.publish("toy:sent", { values });
    const kept = await shopify.storage.read("sent");
    setSaid([answer.status ?? answer.message, JSON.stringify(kept), number.length, isFirstOrder, shopify.settings.value.title].join(" "));
  }
  return h("s-form", { onSubmit: send }, h("s-stack", { gap: "base" },
    h("s-heading", null, shopify.i18n.translate("heading", { name: shopify.shop.name })),
    h("s-choice-list", { label: "Where from?", name: "from", values, onChange: (event) => setValues([...event.currentTarget.values]) },
      h("s-choice", { value: "friend" }, "A friend"), h("s-choice", { value: "search" }, "A search")),
    h("s-choice-list", { label: "What for?", multiple: true, onChange: (event) => setSeveral([...event.currentTarget.values]) },
      h("s-choice", { value: "tea" }, "Tea"), h("s-choice", { value: "gift" }, "A gift"), h("s-choice", { value: "other" }, "Other")),
    h("s-text-area", { label: "More", value: text, onInput: (event) => setText(event.currentTarget.value) }),
    h("s-button", { type: "submit", variant: "primary", disabled: values.length === 0 }, "Send"),
    said ? h("s-banner", { tone: "success" }, said) : null));
}`;

const WRONG = `
export default () => {
  const box = document.createElement("s-box");
  box.setAttribute("colour", "red");
  document.body.append(document.createElement("div"), document.createElement("s-carousel"), box);
  const stack = document.createElement("s-stack");
  stack.gap = "enormous";
  document.body.append(stack);
  fetch("https://toy.example.com/survey").catch(() => {});
};`;

async function bundle(source: string): Promise<string> {
  const stdin = { contents: source, resolveDir: join(import.meta.dirname, "../..") };
  const { outputFiles } = await build({
    stdin,
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

const toml = (name: string, capabilities: string): string => `api_version = "2026-07"
[[extensions]]
name = "${name}"
handle = "${name}"
type = "ui_extension"
[[extensions.targeting]]
module = "./src/index.js"
target = "purchase.thank-you.block.render"
${capabilities}`;

beforeAll(async () => {
  toy = await startToyShop({
    files: {
      "extensions/survey/shopify.extension.toml": toml("survey", "[extensions.capabilities]\nnetwork_access = true\n"),
      "extensions/survey/dist/survey.js": await bundle(SURVEY),
      "extensions/survey/locales/en.default.json": '{"heading":"Thanks from {{name}}"}',
      "extensions/survey/locales/pa.json": '{"heading":"{{name}} ਵੱਲੋਂ ਧੰਨਵਾਦ"}',
      "extensions/wrong/shopify.extension.toml": toml("wrong", ""),
      "extensions/wrong/dist/wrong.js": WRONG,
    },
    app: (request, response) => {
      response.setHeader("access-control-allow-origin", "*");
      response.setHeader("access-control-allow-headers", "authorization");
      if (request.method === "GET")
        asked.push({ url: request.url ?? "", authorization: request.headers.authorization ?? "" });
      response.end("{}");
    },
  });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await toy.close();
});
afterEach(() => {
  expect(browser.problems.splice(0)).toEqual([]);
});

/** Buys as a shopper and stays on the thank-you page. */
async function buy(
  extension: string,
  { locale = "en", viewport }: { locale?: string; viewport?: typeof PHONE } = {},
): Promise<FrameLocator> {
  toy.shop.checkoutBlocks = [{ extension, target: "purchase.thank-you.block.render", settings: { title: "Tell us" } }];
  const page = await browser.newPage(viewport ? { viewport } : {});
  await page.goto(`${toy.url}/products/assam?locale=${locale}`);
  await page.getByRole("button", { name: "Add to cart" }).click();
  await page.getByRole("button", { name: "Check out" }).click();
  await page.getByLabel("E-mail").fill("asha@example.com");
  await page.getByLabel("Last name").fill("Patel");
  await page.getByLabel("Address").fill("1 High Street");
  await page.getByLabel("City").fill("Leicester");
  await page.getByRole("button", { name: "Pay now" }).click();
  await page.getByText("Your order is confirmed").waitFor();
  return page.frameLocator(`iframe[data-extension=${extension}]`);
}

test("the built extension asks its question on the thank-you page, and the answer reaches the app with a session token", async () => {
  const survey = await buy("survey");
  await survey.getByRole("heading", { name: "Thanks from Toy Shop" }).waitFor();
  expect(await survey.getByRole("button", { name: "Send" }).isDisabled()).toBe(true);
  await survey.getByRole("group", { name: "Where from?" }).getByRole("radio", { name: "A search" }).check();
  const several = survey.getByRole("group", { name: "What for?" });
  await several.getByRole("checkbox", { name: "Tea" }).check();
  await several.getByRole("checkbox", { name: "Other" }).check();
  await several.getByRole("checkbox", { name: "Tea" }).uncheck();
  await survey.getByLabel("More").fill("Lovely");
  await survey.getByRole("button", { name: "Send" }).click();
  await survey.getByText('200 {"values":["search"],"several":["other"],"text":"Lovely"} 9 true Tell us').waitFor();
  const order = [...toy.shop.orders.values()].at(-1);
  expect(asked.at(-1)?.url).toBe(`/survey?order=${encodeURIComponent(`gid://shopify/Order/${order?.id}`)}`);
  expect(asked.at(-1)?.authorization).toMatch(/^Bearer [\w-]+\.[\w-]+\.[\w-]+$/);
  expect(publishedEvents(toy.shop)).toEqual([{ name: "toy:sent", data: { values: ["search"] } }]);
});

test("the extension uses the shopper's language, also on a phone", async () => {
  const survey = await buy("survey", { locale: "pa", viewport: PHONE });
  await survey.getByRole("heading", { name: "Toy Shop ਵੱਲੋਂ ਧੰਨਵਾਦ" }).waitFor();
});

test("an element that Shopify does not draw, and a request without the capability, are reported in the page", async () => {
  await buy("wrong");
  await expect.poll(() => browser.problems.length).toBe(5);
  const said = browser.problems.splice(0).join("\n");
  expect(said).toContain("<div> is no element of a checkout extension");
  expect(said).toContain("<s-carousel> is no element of this checkout");
  expect(said).toContain("<s-box> has no property colour");
  expect(said).toContain('s-stack: gap cannot be "enormous"');
  expect(said).toContain("does not declare network_access");
});

test("an extension that the merchant did not place is not drawn", async () => {
  const survey = await buy("survey");
  await survey.getByRole("heading", { name: "Thanks from Toy Shop" }).waitFor();
  expect(await survey.owner().page().locator("iframe[data-extension]").count()).toBe(1);
});
