// A merchant changes an offer's discount in the store's admin. The offer's page shows the change and can undo it.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { openBrowserApp } from "../demo/people/browser-app.ts";
import { createProduct } from "../dev-store/commands/product.ts";
import type { ShopState } from "../dev-store/model.ts";
import { addShop } from "../dev-store/store.ts";
import { openBrowser, type OpenBrowser } from "../setup/browser.ts";
import { startStack, urlsOfTest, type Stack } from "../setup/stack.ts";

let stack: Stack;
let browser: OpenBrowser;
let admin: Page;
let shop: ShopState;

beforeAll(async () => {
  stack = await startStack({ urls: urlsOfTest() });
  shop = addShop(stack.store, "mended.myshopify.com", { timeZone: "Europe/London", currency: "GBP" });
  await stack.install(shop);
  browser = await openBrowser();
  admin = await browser.newPage();
});
afterAll(async () => {
  await browser.close();
  await stack.stop();
});

const app = () => admin.frameLocator("iframe").first();
const discounts = () => [...shop.discounts.values()];

test("a discount that was deleted in the admin is reported on the offer's page and on Home, and one button publishes it again", async () => {
  const { go } = openBrowserApp(admin, stack.url);
  await go("/app/offers/new?kind=percentage");
  await app().getByRole("textbox", { name: /^Name/ }).first().fill("Summer");
  await admin.locator("#save-bar-save").click();
  await app().getByRole("heading", { name: "Summer", exact: true }).waitFor();
  await app().getByRole("button", { name: "Publish", exact: true }).first().click();
  await expect.poll(() => discounts().map(({ title }) => title)).toEqual(["Summer"]);
  const [discount] = discounts();
  await expect
    .poll(() => [...shop.metafields.values()].some(({ key, value }) => key === "offers" && value.includes("until")))
    .toBe(true);

  const id = discount?.id ?? "";
  shop.discounts.delete(id);
  stack.store.emit(shop, { topic: "discounts/delete", resourceId: id, eventId: "e1", data: { method: "automatic" } });
  const told = "The discount was deleted in Shopify";
  const offer = new URL(admin.url()).pathname.replace(/^.*\/apps\/regulars/, "");
  await expect.poll(async () => (await go(offer), app().getByText(told).count()), { interval: 1000 }).toBe(1);
  await go("/app");
  await app().getByText(told).waitFor();
  await go(offer);
  await app().getByRole("button", { name: "Publish again" }).click();
  await expect.poll(() => discounts().map(({ title }) => title)).toEqual(["Summer"]);
  await expect.poll(async () => (await go(offer), app().getByText(told).count()), { interval: 1000 }).toBe(0);
  expect(browser.problems).toEqual([]);
});

test("the list of offers is sorted by use, first the most used, and the address keeps the sort", async () => {
  await openBrowserApp(admin, stack.url).go("/app/offers");
  const heading = app().getByRole("columnheader", { name: "Used" }).first();
  for (const direction of ["descending", "ascending"]) {
    await heading.getByRole("button").first().click();
    await expect.poll(() => admin.frames().some((frame) => frame.url().includes(`sort=used-${direction}`))).toBe(true);
  }
});

test("before an uninstall one button ends all offers, and the page says when all their discounts have ended", async () => {
  await openBrowserApp(admin, stack.url).go("/app/settings");
  const running = () =>
    discounts().filter(({ endsAt }) => endsAt === null || new Date(endsAt) > stack.store.clock.now()).length;
  expect(running()).toBe(1);
  await app().getByRole("button", { name: "End all offers" }).click();
  await app().getByRole("dialog").getByRole("button", { name: "End all offers" }).click();
  await expect.poll(running, { timeout: 30_000 }).toBe(0);
  await app().getByRole("button", { name: "End all offers" }).waitFor({ state: "detached", timeout: 60_000 });
  await app().getByText("No discount from an offer is active in Shopify.").waitFor({ timeout: 60_000 });
  expect(browser.problems).toEqual([]);
});

test("the summary and the preview of a deal name the products as they are picked, and so does the ended offer's page", async () => {
  for (const title of ["Earl Grey", "Masala Chai", "Tea Tin"]) createProduct(stack.store, shop, { title });
  await openBrowserApp(admin, stack.url).go("/app/offers/new?kind=buy_x_get_y");
  await app().getByRole("textbox", { name: /^Name/ }).first().fill("Tins");
  await app().getByLabel("Method").selectOption("automatic");
  const pick = async (at: number, ...titles: string[]) => {
    await app().getByRole("button", { name: "Choose products: Products" }).nth(at).click();
    for (const title of titles) await admin.getByRole("dialog").getByLabel(title).check();
    await admin.getByRole("dialog").getByRole("button", { name: "Select" }).click();
  };
  await pick(1, "Tea Tin");
  await pick(0, "Earl Grey", "Masala Chai");
  const deal = "Buy 2 of Earl Grey or Masala Chai, get Tea Tin free";
  await app().getByText(`${deal}, automatically at checkout`).waitFor();
  await app().getByRole("heading", { name: deal, exact: true }).waitFor();
  await admin.locator("#save-bar-save").click();
  await app().getByRole("button", { name: "Publish", exact: true }).first().click();
  await app().getByRole("button", { name: "End offer" }).first().click();
  await app().getByRole("dialog").getByRole("button", { name: "End offer" }).click();
  await app().getByText("Items that the customer buys: Products").waitFor();
  await app().getByText("Earl Grey and Masala Chai", { exact: true }).waitFor();
  expect(
    await app()
      .getByText(/^(true|false)$/)
      .count(),
  ).toBe(0);
});

test("the page of an offer whose plugin is off says so, and shows neither another offer's summary nor a preview", async () => {
  const { go } = openBrowserApp(admin, stack.url);
  await go("/app/offers/new?kind=tier_reward");
  await app().getByRole("textbox", { name: /^Name/ }).first().fill("Gold thanks");
  await app().getByLabel("Discount percentage").fill("12.5");
  await admin.locator("#save-bar-save").click();
  await app().getByRole("heading", { name: "Gold thanks", exact: true }).waitFor();
  await app().getByRole("heading", { name: "12.5% off", exact: true }).waitFor();
  const offer = new URL(admin.url()).pathname.replace(/^.*\/apps\/regulars/, "");
  await go("/app/plugins/loyalty");
  await app().getByRole("button", { name: "Turn off" }).first().click();
  await app().getByRole("dialog").getByRole("button", { name: "Turn off" }).click();
  await app().getByRole("button", { name: "Turn on" }).waitFor();
  await go(offer);
  await app().getByText("Customers don't see the offer").waitFor();
  expect(
    await app()
      .getByText(/^A message,/)
      .count(),
  ).toBe(0);
  expect(await app().locator(".regulars-offer").count()).toBe(0);
});
