// When the app cannot do what a merchant asked, the page says why and keeps what the merchant typed.
import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { openBrowserMerchant, type BrowserMerchant } from "../demo/people/browser-merchant.ts";
import { addShop } from "../dev-store/store.ts";
import { DESKTOP, openBrowser, type OpenBrowser } from "../setup/browser.ts";
import { startStack, urlsOfTest, type Stack } from "../setup/stack.ts";
import { inspectPage } from "./inspect-page.ts";

let stack: Stack;
let browser: OpenBrowser;
let admin: Page;
let merchant: BrowserMerchant;
const owner = new pg.Client({ connectionString: process.env["DATABASE_URL"] });

beforeAll(async () => {
  await owner.connect();
  stack = await startStack({ urls: urlsOfTest() });
  const shop = addShop(stack.store, "refusals.myshopify.com", { timeZone: "Asia/Kolkata", currency: "INR" });
  await stack.install(shop);
  browser = await openBrowser();
  admin = await browser.newPage();
  merchant = openBrowserMerchant(admin, stack.url);
});
afterAll(async () => {
  await browser.close();
  await stack.stop();
  await owner.end();
});
afterEach(() => {
  expect(browser.problems.splice(0)).toEqual([]);
});

async function look(name: string): Promise<void> {
  const faults = await inspectPage(admin, `refusals-${name}`);
  await admin.setViewportSize(DESKTOP);
  expect(faults).toEqual([]);
}

test("a query that takes too long is reported beside the query, and the list appears once the query succeeds", async () => {
  const { app, go } = merchant;
  await go("/app/customers");
  await owner.query("begin; lock table customer in access exclusive mode");
  await go("/app/customers?q=number_of_orders+%3E+2");
  const search = app.getByRole("textbox", { name: "Search by name" });
  await app.getByText("This search takes too long.").waitFor();
  expect(await search.inputValue()).toBe("number_of_orders > 2");
  expect(await app.getByText("No customers found").count()).toBe(0);
  await look("slow");
  await owner.query("rollback");
  await search.fill("number_of_orders > 1000");
  await app.getByText("No customers found").waitFor();
  expect(await app.getByText("This search takes too long.").count()).toBe(0);
});

test("a merchant who saves an offer that another merchant changed meanwhile is warned, keeps the typed text, and sees the other version after a reload", async () => {
  const { app, createSegment, createOffer, go } = merchant;
  const everyone = { name: "All", query: "number_of_orders >= 0" };
  const segment = { ...everyone, path: await createSegment(everyone) };
  const path = await createOffer({ name: "Ours", segment, percent: 10, code: "OURS", title: "Hello", text: "There" });
  await go(path);
  await owner.query("update offer set name = 'Theirs', version = version + 1");
  const title = app.getByRole("textbox", { name: "Title" });
  await title.fill("Good day");
  await admin.getByRole("button", { name: "Save" }).click();
  await app.getByText("Someone else changed this after you opened it.").waitFor();
  expect(await title.inputValue()).toBe("Good day");
  await look("changed");
  await admin.getByRole("button", { name: "Discard" }).click();
  await go(path);
  await app.getByRole("heading", { name: "Theirs" }).waitFor();
  await title.fill("Good day");
  await admin.getByRole("button", { name: "Save" }).click();
  await expect
    .poll(async () => (await owner.query("select name, words from offer")).rows)
    .toMatchObject([{ name: "Theirs", words: { en: { title: "Good day" } } }]);
});
