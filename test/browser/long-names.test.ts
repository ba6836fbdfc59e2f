// Names of the maximum length without spaces. No page may become wider than its window, on desktop or phone.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { openBrowserApp } from "../demo/people/browser-app.ts";
import { createCustomer } from "../dev-store/commands/customer.ts";
import { placeOrder } from "../dev-store/commands/order.ts";
import { createProduct } from "../dev-store/commands/product.ts";
import { addShop } from "../dev-store/store.ts";
import { DESKTOP, openBrowser, type OpenBrowser } from "../setup/browser.ts";
import { startStack, urlsOfTest, type Stack } from "../setup/stack.ts";
import { inspectPage } from "./inspect-page.ts";

const long = (letter: string, length = 255) => letter.repeat(length);
const pages: Record<string, string> = {};
let stack: Stack;
let browser: OpenBrowser;
let admin: Page;

const app = () => admin.frameLocator("iframe").first();
const open = (path: string) => openBrowserApp(admin, stack.url).go(path);
const save = async () => {
  await admin.locator("#save-bar-save").click();
  await admin.locator("#save-bar").waitFor({ state: "hidden" });
  return new URL(admin.url()).pathname.replace(/^.*\/apps\/regulars/, "");
};
const name = () => app().getByRole("textbox", { name: /^Name/ });

beforeAll(async () => {
  stack = await startStack({ urls: urlsOfTest() });
  const shop = addShop(stack.store, "long-names.myshopify.com", { timeZone: "Europe/London", currency: "GBP" });
  await stack.install(shop);
  const { variants } = createProduct(stack.store, shop, {
    title: long("P"),
    variants: [{ title: "Default Title", sku: "", price: "100.00" }],
  });
  const person = {
    firstName: long("F"),
    lastName: long("L"),
    email: `${long("e", 60)}@example.com`,
    tags: [long("t")],
  };
  const { id } = createCustomer(stack.store, shop, person);
  placeOrder(stack.store, shop, { customerId: id, lines: [{ variantId: variants[0]?.id ?? "", quantity: 1 }] });
  pages["customer"] = `/app/customers/${id}`;
  browser = await openBrowser();
  admin = await browser.newPage();

  await open("/app/segments/new");
  await name().fill(long("S"));
  await app().locator(".cm-content").click();
  await admin.keyboard.insertText(`customer_tags CONTAINS '${long("t")}' OR number_of_orders >= 0`);
  pages["segment"] = await save();
  await open("/app/offers/new");
  await name().fill(long("O", 120));
  await app().getByLabel("Segment", { exact: true }).selectOption({ index: 1 });
  await app().getByRole("textbox", { name: "Title" }).fill(long("T", 80));
  await app().getByRole("textbox", { name: "Text" }).fill(long("x", 240));
  pages["offer"] = await save();
  await app().getByRole("button", { name: "Publish" }).click();
  await admin.getByText("Offer is being published", { exact: true }).waitFor();
  await open("/app/surveys/new?template=attribution");
  await name().fill(long("V"));
  await app().getByRole("textbox", { name: "Heading" }).fill(long("H", 400));
  await app()
    .getByRole("textbox", { name: /^Question/ })
    .fill(long("Q", 400));
  await app()
    .getByRole("textbox", { name: /^Choices/ })
    .fill(`${long("c", 200)}\nOther`);
  pages["survey"] = await save();
  pages["results"] = `${pages["survey"]}/results`;
  await app().getByRole("button", { name: "Publish" }).click();
  await admin.getByText("Survey published", { exact: true }).waitFor();
}, 120_000);
afterAll(async () => {
  await browser.close();
  await stack.stop();
});
afterEach(() => {
  expect(browser.problems.splice(0).filter((problem) => !problem.startsWith("AbortError"))).toEqual([]);
});

const LISTS = {
  home: "/app",
  customers: "/app/customers",
  segments: "/app/segments",
  offers: "/app/offers",
  surveys: "/app/surveys",
};
const OTHERS = {
  sync: "/app/sync",
  settings: "/app/settings",
  plugins: "/app/plugins",
  "new offer": "/app/offers/new",
  "new survey": "/app/surveys/new",
};
const NAMES = ["customer", "segment", "builder", "offer", "survey", "results", ...Object.keys({ ...LISTS, ...OTHERS })];

test.each(NAMES)("an unbroken name of 255 letters makes no page scroll sideways: %s", async (page) => {
  await open(pages[page === "builder" ? "segment" : page] ?? { ...LISTS, ...OTHERS }[page] ?? "");
  if (page === "builder") await app().getByRole("tab", { name: "Builder" }).click();
  expect(await inspectPage(admin, `long-${page.replace(" ", "-")}`)).toEqual([]);
  await admin.setViewportSize(DESKTOP);
});
