// A merchant keeps an offer from half of its customers, and reads what the offer brings.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { sql } from "../../app/db.server.ts";
import { lookAtExperiments } from "../../app/experiments/outcomes/look.server.ts";
import { registry } from "../../app/plugins/installed.server.ts";
import { openShop, type Shop } from "../../app/shop.server.ts";
import { openBrowserApp } from "../demo/people/browser-app.ts";
import { createCustomer } from "../dev-store/commands/customer.ts";
import { addShop } from "../dev-store/store.ts";
import { addOrders, DAY_MS } from "../flows/experiments/experiment-shop.ts";
import { openBrowser, PHONE, type OpenBrowser } from "../setup/browser.ts";
import { savedSegment } from "../setup/definitions.ts";
import { startStack, urlsOfTest, type Stack } from "../setup/stack.ts";

const CUSTOMERS = 300;
let stack: Stack;
let browser: OpenBrowser;
let admin: Page;
let shop: Shop;

beforeAll(async () => {
  stack = await startStack({ urls: urlsOfTest() });
  const store = addShop(stack.store, "learning.myshopify.com", { timeZone: "Europe/London", currency: "GBP" });
  for (let at = 0; at < CUSTOMERS; at += 1)
    createCustomer(stack.store, store, { firstName: `Customer ${at}`, tags: ["vip"] });
  await stack.install(store);
  const opened = await openShop(store.domain);
  if (!opened) throw new Error("the shop is installed");
  shop = opened;
  browser = await openBrowser();
  admin = await browser.newPage();
});
afterAll(async () => {
  await browser.close();
  await stack.stop();
});
afterEach(() => {
  expect(browser.problems.splice(0)).toEqual([]);
});

const app = () => admin.frameLocator("iframe").first();
const count = async (rows: ReturnType<typeof sql>) => (await shop.db.tx((tx) => tx.rows(rows))).length;

/** Moves the start of the test back, and lets most of the customers with the offer buy. */
async function letFourWeeksPass(): Promise<void> {
  const arms = await shop.db.tx(async (tx) => {
    await tx.run(sql`update experiment set started_at = started_at - interval '28 days'`);
    await tx.run(sql`update assignment set assigned_at = assigned_at - interval '28 days'`);
    return tx.rows<{ customer: string; arm: string }>(sql`select customer_id as customer, arm from assignment`);
  });
  const at = new Date(Date.now() - DAY_MS);
  const buyers = arms.filter(({ arm }, nth) => nth % 10 < (arm === "holdout" ? 3 : 8));
  await addOrders(shop, buyers.map(({ customer }, nth) => ({ customer, at, amount: String(20 + (nth % 7)) }))); // prettier-ignore
  await lookAtExperiments(shop);
}

test("the editor says what a test can show, the test begins with the offer, and the page says what the offer brought", async () => {
  await expect.poll(() => count(sql`select from customer`), { timeout: 60_000 }).toBe(CUSTOMERS);
  await savedSegment(shop, { name: "Best customers", query: "customer_tags CONTAINS 'vip'" }, registry);
  await expect.poll(() => count(sql`select from membership`), { timeout: 60_000 }).toBe(CUSTOMERS);
  const { go, save } = openBrowserApp(admin, stack.url);
  await go("/app/offers/new?kind=percentage");
  await app().getByText("A guest can't be kept from the offer").waitFor();
  await app().getByRole("textbox", { name: /^Name/ }).first().fill("Thank you");
  await app()
    .getByLabel("Segment")
    .selectOption({ label: `Best customers (${CUSTOMERS})` });
  await app().getByLabel("Customers who don't get the offer").selectOption("50%");
  await app().getByText("None of these customers ordered in the last 28 days").waitFor();
  const path = await save("offers");
  await app().getByRole("button", { name: "Publish", exact: true }).first().click();
  await expect.poll(() => count(sql`select from assignment`)).toBe(CUSTOMERS);
  await go(path);
  await app().getByText("The test has begun.").waitFor();
  await app().getByText("The test has been running since").waitFor();

  await letFourWeeksPass();
  await go(path);
  await app()
    .getByText(/^Brought £\d+\.\d\d more per customer, between £\d+\.\d\d and £\d+\.\d\d\.$/)
    .waitFor();
  await app().getByText("These are the figures so far.").waitFor();
  await go("/app/offers");
  await app().getByText(/Test: £\d+\.\d\d more per customer/).first().waitFor(); // prettier-ignore
  await go(path);
  await app().getByLabel("Customers who don't get the offer").selectOption("10%");
  await app().getByText("If you save, this test ends and a new test begins").waitFor();
  await app().getByText("In the last 28 days").waitFor();
});

test("on a phone, the page of a tested offer is not wider than the screen", async () => {
  const phone = await browser.newPage({ viewport: PHONE });
  await openBrowserApp(phone, stack.url).go("/app/offers");
  const framed = phone.frameLocator("iframe").first();
  await framed.getByRole("link", { name: "Thank you" }).click();
  await framed.getByText(/^Brought £/).waitFor();
  const wider = await framed.locator("body").evaluate((body) => body.scrollWidth - body.clientWidth);
  expect(wider).toBeLessThanOrEqual(0);
  await phone.close();
});
