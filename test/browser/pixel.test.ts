// The whole way of what a shopper sees: the real block in a real browser publishes it, the real pixel in its worker sends it, the app
// stores it, and the merchant reads it.
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { openBrowserApp } from "../demo/people/browser-app.ts";
import { createCustomer } from "../dev-store/commands/customer.ts";
import { createProduct } from "../dev-store/commands/product.ts";
import type { ShopState } from "../dev-store/model.ts";
import { addShop } from "../dev-store/store.ts";
import { openBrowser, type OpenBrowser } from "../setup/browser.ts";
import { startStack, urlsOfTest, type Stack } from "../setup/stack.ts";

let stack: Stack;
let browser: OpenBrowser;
let shop: ShopState;
const owner = new pg.Pool({ connectionString: process.env["DATABASE_URL"] });

beforeAll(async () => {
  stack = await startStack({ urls: urlsOfTest() });
  shop = addShop(stack.store, "pixels.myshopify.com", { timeZone: "Europe/London", currency: "GBP" });
  createProduct(stack.store, shop, {
    title: "Tea",
    handle: "tea",
    variants: [{ title: "Default Title", sku: "", price: "40.00" }],
  });
  createCustomer(stack.store, shop, { firstName: "Asha", lastName: "Patel", email: "asha@example.com" });
  await stack.install(shop);
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await stack.stop();
  await owner.end();
});

const stored = async () =>
  (
    await owner.query<{ kind: string; count: number }>(
      "select kind, count(distinct anonymous_id)::int from activity where kind <> 'storefront.visited' group by 1 order by 1",
    )
  ).rows.map(({ kind, count }) => `${kind} ${count}`);

async function publishOffer(): Promise<string> {
  const admin = await browser.newPage();
  const { go } = openBrowserApp(admin, stack.url);
  const app = admin.frameLocator("iframe").first();
  await go("/app/offers/new?kind=percentage");
  await app.getByRole("textbox", { name: /^Name/ }).first().fill("Summer");
  await admin.locator("#save-bar-save").click();
  await app.getByRole("heading", { name: "Summer", exact: true }).waitFor();
  await app.getByRole("button", { name: "Publish", exact: true }).first().click();
  await expect
    .poll(() => [...shop.metafields.values()].some(({ key, value }) => key === "offers" && value.includes("percent")))
    .toBe(true);
  const path = new URL(admin.url()).pathname.replace(/^.*\/apps\/regulars/, "");
  await admin.close();
  return path;
}

/** Opens the home page and waits until the block is in view and a second has passed. */
async function see(page: Page, search = ""): Promise<void> {
  await page.goto(`${stack.url}/${search}`);
  await page.locator("[data-regulars-offer]").first().scrollIntoViewIfNeeded();
  await page.waitForTimeout(1500);
}

test("a shopper who allows analytics is counted from the block to the offer's page, and is known after the order", async () => {
  await expect.poll(() => shop.webPixel?.id).toBeDefined();
  const offer = await publishOffer();
  shop.themeBlocks = [{ id: "b1", block: "theme/offer", template: "index", settings: {} }];
  const refusing = await browser.newPage();
  await see(refusing, "?consent=ask");
  expect(await refusing.evaluate("Shopify.analytics.published.map(({ name }) => name)")).toEqual([
    "regulars:offer_seen",
  ]);
  expect(await stored()).toEqual([]);
  await refusing.evaluate("new Promise((done) => Shopify.loadFeatures([{ name: 'consent-tracking-api' }], done))");
  await refusing.evaluate("Shopify.customerPrivacy.setTrackingConsent({ analytics: true })");
  await see(refusing);
  await expect.poll(stored).toEqual(["offer.seen 1"]);
  await refusing.close();

  const shopper = await browser.newPage();
  await see(shopper);
  await expect.poll(stored).toEqual(["offer.seen 2"]);
  await shopper.goto(`${stack.url}/products/tea`);
  await shopper.getByRole("button", { name: /add to cart/i }).click();
  await shopper.goto(`${stack.url}/checkout`);
  await shopper.getByLabel("E-mail").fill("asha@example.com");
  for (const [label, value] of [
    ["Last name", "Patel"],
    ["Address", "1 High St"],
    ["Postal code", "LE4 5PJ"],
    ["City", "Leicester"],
  ])
    // prettier-ignore
    await shopper.getByLabel(label ?? "").fill(value ?? "");
  await shopper.getByRole("button", { name: "Pay now" }).click();
  await shopper.getByText("Your order is confirmed").waitFor();
  await expect.poll(stored).toEqual(["checkout.completed 1", "offer.seen 2"]);
  await shopper.reload();
  await expect.poll(async () => (await owner.query("select 1 from identifier where kind = 'client'")).rowCount).toBe(1);

  const admin = await browser.newPage();
  const { go } = openBrowserApp(admin, stack.url);
  const app = admin.frameLocator("iframe").first();
  await go(offer);
  await app.getByText("Seen by 2 visitors · clicked by 0").waitFor();
  const { rows } = await owner.query<{ id: string }>("select customer_id as id from identifier where kind = 'client'");
  await go(`/app/customers/${rows[0]?.id}`);
  await app.getByText("Saw offer “Summer”").waitFor();
  await go("/app/settings");
  await app.getByText("Last event received").waitFor();
  expect(browser.problems).toEqual([]);
});
