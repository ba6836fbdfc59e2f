// A plugin's page for a merchant: settings of every kind, with Shopify's picker; the results of its jobs; its cards.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { openBrowserApp } from "../demo/people/browser-app.ts";
import { createCustomer } from "../dev-store/commands/customer.ts";
import { createProduct } from "../dev-store/commands/product.ts";
import { addShop } from "../dev-store/store.ts";
import { DESKTOP, openBrowser, PHONE, type OpenBrowser } from "../setup/browser.ts";
import { startStack, urlsOfTest, type Stack } from "../setup/stack.ts";
import { buildWithPlugin } from "../setup/trial-project.ts";
import { inspectPage } from "./inspect-page.ts";

const PAGE = "/app/plugins/gift-wrap";
let copy: ReturnType<typeof buildWithPlugin>;
let stack: Stack;
let browser: OpenBrowser;
let admin: Page;

beforeAll(async () => {
  copy = buildWithPlugin("gift-wrap", "giftWrap");
  stack = await startStack({ urls: urlsOfTest(), project: copy.folder });
  const shop = addShop(stack.store, "wrapping.myshopify.com", { timeZone: "Europe/London", currency: "GBP" });
  for (const title of ["Assam", "Darjeeling", "Sencha", "Teapot"])
    createProduct(stack.store, shop, { title, productType: title === "Teapot" ? "Pots" : "Teas" });
  createCustomer(stack.store, shop, { firstName: "Asha" });
  await stack.install(shop);
  browser = await openBrowser();
  admin = await browser.newPage();
}, 300_000);
afterAll(async () => {
  await browser.close();
  await stack.stop();
  copy.remove();
});
afterEach(() => {
  expect(browser.problems.splice(0)).toEqual([]);
});

const app = () => admin.frameLocator("iframe").first();
const open = (path: string) => openBrowserApp(admin, stack.url).go(path);
const save = () => admin.getByRole("button", { name: "Save" }).click();
const saved = () => admin.getByText("Saved", { exact: true }).waitFor();
const picker = () => admin.getByRole("dialog");
const group = (name: string) => app().getByRole("group", { name, exact: true });

test("settings of every kind can be set, show their faults at the field, and are shown by name after saving", async () => {
  await admin.setViewportSize(DESKTOP);
  await open(PAGE);
  const colour = app().getByLabel("Color of the ribbon");
  expect(await colour.count()).toBe(0);
  await app().getByLabel("Paper", { exact: true }).selectOption("ribbon");
  await app().getByText("Wrap only some products").click();
  await save();
  await colour.waitFor();
  await expect.poll(() => colour.getAttribute("aria-invalid")).toBe("true");
  await group("Collection").getByText("Fill in this field").waitFor();
  await colour.fill("red");
  // Chosen with the keyboard alone.
  await group("Free sample").getByRole("button", { name: "Choose a product" }).press("Enter");
  await picker().getByLabel("Search products").fill("senc");
  await picker().getByLabel("Sencha").press("Space");
  await picker().getByRole("button", { name: "Select" }).press("Enter");
  await group("Free sample").getByText("Sencha").waitFor();
  await group("Products").getByRole("button", { name: "Choose products" }).click();
  for (const title of ["Assam", "Darjeeling"]) await picker().getByLabel(title).check();
  await picker().getByRole("button", { name: "Select" }).click();
  await group("Products").getByRole("button", { name: "Remove Assam" }).click();
  await group("Collection").getByRole("button", { name: "Choose a collection" }).click();
  await picker().getByLabel("Teas").check();
  await picker().getByRole("button", { name: "Select" }).click();
  await save();
  await saved();
  await open(PAGE);
  await group("Free sample").getByText("Sencha").waitFor();
  await group("Products").getByText("Darjeeling").waitFor();
  await group("Collection").getByText("Teas").waitFor();
  expect(await group("Products").getByText("Assam").count()).toBe(0);
  expect(await colour.inputValue()).toBe("red");
  expect(await inspectPage(admin, "plugin-settings")).toEqual([]);
});

test("on a phone the pickers work by touch", async () => {
  await admin.setViewportSize(PHONE);
  await open(PAGE);
  await group("Products").getByRole("button", { name: "Change" }).click();
  await picker().getByLabel("Teapot").check();
  await admin.screenshot({ path: ".data/screenshots/plugin-picker-phone.png" });
  await picker().getByRole("button", { name: "Select" }).click();
  await group("Products").getByText("Teapot").waitFor();
  await save();
  await saved();
});

test("a failed job shows its failure on the page, and a successful job shows its time", async () => {
  await admin.setViewportSize(DESKTOP);
  await open(PAGE);
  for (const job of ["print", "Count wrapped orders"])
    await app()
      .getByRole("button", { name: `Run now: ${job}` })
      .click();
  await expect
    .poll(
      async () => {
        await open(PAGE);
        return app()
          .getByText(/print: .*plugin\.server\.ts:\d+/)
          .count();
      },
      { timeout: 60_000, interval: 1000 },
    )
    .toBeGreaterThan(0);
  expect(await inspectPage(admin, "plugin-work", { isRaw: true })).toEqual([]);
});

test("bars, a series and a table are drawn on the home page, at both widths", async () => {
  await open("/app");
  await app().getByText("Wrapped orders by paper").first().waitFor();
  expect(await inspectPage(admin, "plugin-cards")).toEqual([]);
});
