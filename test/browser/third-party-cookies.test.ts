// The framed admin in a browser that refuses cookies and storage to third parties. Session tokens need neither.
// https://shopify.dev/docs/apps/launch/app-store-review/app-store-requirements (1.1.1: session tokens, incognito too)
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { BrowserContext, Frame, Page, Response } from "playwright-core";
import { createCustomer } from "../dev-store/commands/customer.ts";
import { addShop } from "../dev-store/store.ts";
import { openBrowser, type OpenBrowser } from "../setup/browser.ts";
import { startStack, urlsOfTest, type Stack } from "../setup/stack.ts";

let stack: Stack;
let browser: OpenBrowser;

beforeAll(async () => {
  stack = await startStack({ urls: urlsOfTest() });
  const shop = addShop(stack.store, "cookieless.myshopify.com");
  await stack.install(shop);
  createCustomer(stack.store, shop, { firstName: "Asha", email: "asha@example.com", tags: ["vip"] });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await stack.stop();
});
afterEach(() => {
  expect(browser.problems.splice(0)).toEqual([]);
});

/** A site other than the app's 127.0.0.1, as admin.shopify.com is. On one host, all ports are one site. */
const adminUrl = (path: string) => `http://cookieless.localhost:${stack.store.config.port}/admin/apps/regulars${path}`;
const app = (page: Page) => page.frameLocator("iframe[name=app-iframe]");

async function open(page: Page, path: string): Promise<void> {
  await page.goto(adminUrl(path));
  await app(page).getByRole("heading", { level: 1 }).first().waitFor();
}

function frameOf(page: Page): Frame {
  const frame = page.frame({ name: "app-iframe" });
  if (frame === null) throw new Error("The admin frames nothing.");
  return frame;
}

/** Whether the browser keeps a cookie that a third party sets. */
const keepsCookies = (page: Page) =>
  frameOf(page).evaluate(() => {
    document.cookie = "probe=1; SameSite=None; Secure";
    return document.cookie.includes("probe=1");
  });

/** The protocol's older versions require the second and the third field. */
const NO_THIRD_PARTIES = {
  enableThirdPartyCookieRestriction: true,
  disableThirdPartyCookieMetadata: true,
  disableThirdPartyCookieHeuristics: true,
};

async function withoutThirdParties(context: BrowserContext): Promise<Page> {
  // Where cookies are blocked, access to a frame's storage may throw too.
  await context.addInitScript(() => {
    if (window === window.top) return;
    Object.defineProperty(window, "localStorage", {
      get: () => {
        throw new DOMException("Access is denied for this document.", "SecurityError");
      },
    });
  });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.setCookieControls", NO_THIRD_PARTIES);
  return page;
}

/** The app's answers from now on. Their headers are read while the page is open, and the test waits for each. */
function watchAnswers(context: BrowserContext) {
  const readings: Promise<string | null>[] = [];
  const listen = (response: Response) => {
    if (!response.url().startsWith(stack.tunnelUrl)) return;
    const reading = response.headerValue("set-cookie").then((cookie) => (cookie === null ? null : response.url()));
    // If the test failed meanwhile and closed the page, an error of this read is ignored.
    reading.catch(() => undefined);
    readings.push(reading);
  };
  context.on("response", listen);
  return {
    /** The URLs of answers that set a cookie. */
    async settingCookies(): Promise<string[]> {
      context.off("response", listen);
      const addresses = await Promise.all(readings);
      return addresses.filter((address) => address !== null);
    },
  };
}

test("without third-party cookies and storage, a merchant can read, save, navigate and come back", async () => {
  const plain = await browser.newPage();
  await open(plain, "/app");
  expect(await keepsCookies(plain)).toBe(true);
  await plain.context().close();

  const context = await browser.newContext();
  const page = await withoutThirdParties(context);
  const answers = watchAnswers(context);
  await open(page, "/app");
  expect(await keepsCookies(page)).toBe(false);
  await expect(frameOf(page).evaluate(() => localStorage.length)).rejects.toThrow("SecurityError");

  await page.getByRole("navigation", { name: "Admin" }).getByRole("link", { name: "Customers", exact: true }).last().click(); // prettier-ignore
  await app(page).getByRole("link", { name: "Asha" }).click();
  await app(page).getByText("asha@example.com").first().waitFor();

  await open(page, "/app/segments/new");
  await app(page).locator(".cm-content").click();
  await page.keyboard.insertText("customer_tags CONTAINS 'vip'");
  await app(page).getByLabel("Name", { exact: true }).fill("Without cookies");
  await page.getByRole("region", { name: "Unsaved changes" }).getByRole("button", { name: "Save" }).click();
  await page.waitForURL(/\/app\/segments\/(?!new)/);
  await page.reload();
  await app(page).getByRole("heading", { name: "Without cookies" }).or(page.getByRole("heading", { name: "Without cookies" })).first().waitFor(); // prettier-ignore

  expect(await answers.settingCookies()).toEqual([]);
  expect(await context.cookies(stack.tunnelUrl)).toEqual([]);
});
