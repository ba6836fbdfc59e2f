// A page that cannot be loaded says why and what to do. The menu stays, and so does the page's style.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { openBrowserApp } from "../demo/people/browser-app.ts";
import { uninstallApp } from "../dev-store/commands/app.ts";
import { createCustomer } from "../dev-store/commands/customer.ts";
import type { ShopState } from "../dev-store/model.ts";
import { addShop } from "../dev-store/store.ts";
import { DESKTOP, openBrowser, type OpenBrowser } from "../setup/browser.ts";
import { startStack, urlsOfTest, type Stack } from "../setup/stack.ts";
import { inspectPage } from "./inspect-page.ts";

let stack: Stack;
let shop: ShopState;
let browser: OpenBrowser;
let admin: Page;

beforeAll(async () => {
  stack = await startStack({ urls: urlsOfTest() });
  shop = addShop(stack.store, "reach.myshopify.com");
  createCustomer(stack.store, shop, { firstName: "Asha" });
  await stack.install(shop);
  browser = await openBrowser();
  admin = await browser.newPage();
});
afterAll(async () => {
  await browser.close();
  await stack.stop();
});
afterEach(() => {
  browser.problems.splice(0);
});

const app = () => admin.frameLocator("iframe[name=app-iframe]");
const open = (path: string) => openBrowserApp(admin, stack.url).go(path);
const choose = (section: string) => admin.locator(`[data-app-menu] a[data-href="/app/${section}"]`).first().click();
const frameAddress = () => admin.frame({ name: "app-iframe" })?.url() ?? "";

async function look(name: string): Promise<void> {
  expect(await inspectPage(admin, `reach-${name}`)).toEqual([]);
  await admin.setViewportSize(DESKTOP);
}

test("a token of the session stays in no address and in no link", async () => {
  await open("/app/customers");
  await app().getByRole("link", { name: "Asha" }).click();
  await app().getByRole("heading", { name: "Asha" }).waitFor();
  await admin.reload();
  const back = app().getByRole("link", { name: "Customers" });
  await back.waitFor();
  const named = /id_token|hmac|session|timestamp/;
  await expect.poll(frameAddress).not.toMatch(named);
  expect(await back.getAttribute("href")).not.toMatch(named);
  await open("/app/customers?q=Asha");
  await app().getByRole("link", { name: "Asha" }).click();
  await expect.poll(() => back.getAttribute("href")).toBe("/app/customers?q=Asha");
});

test("a click after the session has ended shows a sentence and keeps the menu, and a new session loads the page", async () => {
  await open("/app/offers");
  await admin.route(/internal\/id-token/, (route) => route.fulfill({ status: 401, body: "" }));
  await choose("segments");
  await app().getByText("log in to Shopify in another tab").waitFor();
  expect(await admin.locator('[data-app-menu] a[data-href="/app/offers"]').count()).toBeGreaterThan(0);
  await look("session");
  await admin.unroute(/internal\/id-token/);
  await app().getByRole("button", { name: "Try again" }).click();
  await app().getByRole("heading", { name: "Segments", exact: true }).waitFor();
});

test("a click without a connection shows a sentence in the app's style, and Try again loads the page", async () => {
  await open("/app/offers");
  await admin.waitForLoadState("networkidle");
  await admin.context().setOffline(true);
  await choose("plugins");
  await app().getByText("Check your internet connection").waitFor();
  const family = await app()
    .getByText("Check your internet connection")
    .evaluate((line) => getComputedStyle(line).fontFamily);
  expect(family).toContain("Inter");
  await admin.context().setOffline(false);
  await app().getByRole("button", { name: "Try again" }).click();
  await app().getByRole("heading", { name: "Plugins", exact: true }).waitFor();
});

test("a click after the app was uninstalled says that the app may not be installed anymore", async () => {
  await open("/app/offers");
  uninstallApp(stack.store, shop);
  // The app's token works until the app has heard of the uninstall.
  const told = app().getByText("install it again from the Shopify App Store");
  await expect
    .poll(async () => {
      for (const section of ["segments", "offers"]) {
        await choose(section);
        await admin.waitForTimeout(1000);
      }
      return told.isVisible();
    })
    .toBe(true);
  await look("uninstalled");
});
