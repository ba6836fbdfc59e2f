// The pages of customers: the list while a search is typed, and the profile with what Shopify knows of the customer.
import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { createCustomer } from "../dev-store/commands/customer.ts";
import { placeOrder } from "../dev-store/commands/order.ts";
import type { Customer, Order } from "../dev-store/model.ts";
import { addShop } from "../dev-store/store.ts";
import { openBrowserApp } from "../demo/people/browser-app.ts";
import { DESKTOP, openBrowser, type OpenBrowser } from "../setup/browser.ts";
import { startStack, urlsOfTest, type Stack } from "../setup/stack.ts";
import { inspectPage } from "./inspect-page.ts";

const DOMAIN = "profiles.myshopify.com";
const LONG = "Very long name of a segment ".repeat(8).trim();
let stack: Stack;
let customer: Customer;
let order: Order;
let browser: OpenBrowser;
let admin: Page;
const owner = new pg.Client({ connectionString: process.env["DATABASE_URL"] });

beforeAll(async () => {
  await owner.connect();
  stack = await startStack({ urls: urlsOfTest() });
  const shop = addShop(stack.store, DOMAIN, { timeZone: "Europe/London", currency: "GBP" });
  await stack.install(shop);
  const address = { firstName: "Asha", lastName: "Patel", company: null, address1: "1 High Street", address2: null, city: "Leicester", province: null, provinceCode: null, country: "United Kingdom", countryCode: "GB", zip: "LE1 1AA", phone: null }; // prettier-ignore
  customer = createCustomer(stack.store, shop, {
    ...{ firstName: "Asha", lastName: "Patel", email: "asha@example.com" },
    ...{ tags: ["wholesale"], note: "Calls on Mondays", addresses: [address] },
  });
  order = placeOrder(stack.store, shop, {
    customerId: customer.id,
    discountCodes: [{ code: "MISSEDYOU", amount: "1.00", type: "percentage" }],
    lines: [{ title: "Assam", sku: "", price: "10.00", quantity: 1 }],
  });
  browser = await openBrowser();
  admin = await browser.newPage();
});
afterAll(async () => {
  await browser.close();
  await stack.stop();
  await owner.end();
});
afterEach(() => {
  expect(browser.problems.splice(0)).toEqual([]);
});

const app = () => admin.frameLocator("iframe[name=app-iframe]");
const open = (path: string) => openBrowserApp(admin, stack.url).go(path);
async function look(name: string): Promise<void> {
  expect(await inspectPage(admin, `customers-${name}`)).toEqual([]);
  await admin.setViewportSize(DESKTOP);
}

test("the profile has tags, note and address, leads to the customer and the order in Shopify, and names the order's code", async () => {
  await expect
    .poll(async () => (await open("/app/customers"), app().getByRole("link", { name: "Asha Patel" }).isVisible()))
    .toBe(true);
  const answers = [
    ["q1", "Which tea?", ["Black"]],
    ["q2", "Why?", ["It is strong. ".repeat(60).trim()]],
  ] as const;
  for (const [question, asked, given] of answers)
    await owner.query(
      `insert into event (shop_id, id, customer_id, kind, at, source, data) values ($1, $2, $3, 'survey.answered', now(), 'thank_you', $4)`,
      [
        DOMAIN,
        `survey/r/${question}`,
        customer.id,
        { response: "r", question, kind: "text", survey: "Tea", asked, answers: given },
      ],
    );
  await app().getByRole("link", { name: "Asha Patel" }).click();
  for (const told of ["wholesale", "Calls on Mondays", "1 High Street, Leicester, LE1 1AA, United Kingdom"])
    await app().getByText(told, { exact: true }).waitFor();
  await app().getByText("£9.00 · Assam · discount MISSEDYOU").or(app().getByText("£10.00 · Assam · discount MISSEDYOU")).waitFor(); // prettier-ignore

  expect(await app().getByText("Answered survey “Tea”").count()).toBe(1);
  await app().getByText("Which tea?", { exact: true }).waitFor();
  const long = app().getByText("It is strong.");
  expect((await long.innerText()).length).toBeLessThan(300);
  await look("profile");
  await app().getByRole("button", { name: "Show all" }).click();
  await expect.poll(async () => (await long.innerText()).length).toBeGreaterThan(800);

  const opened = async (click: Promise<void>) => {
    const [tab] = await Promise.all([admin.context().waitForEvent("page"), click]);
    await tab.waitForURL((url) => url.search.includes("query="));
    const { pathname, searchParams } = new URL(tab.url());
    await tab.close();
    return `${pathname} ${searchParams.get("query")}`;
  };
  const placed = app().getByRole("link", { name: `Placed order ${order.name}` });
  expect(await opened(placed.click())).toBe(`/admin/orders ${order.id}`);
  const viewed = app().getByRole("link", { name: "View in Shopify" });
  expect(await opened(viewed.click())).toBe(`/admin/customers ${customer.id}`);
});

test("the list keeps its line of the count while a search finds nobody, and a long name of a segment stays on one line", async () => {
  await open(`/app/segments/new?${new URLSearchParams({ name: LONG, query: "number_of_orders > 0" })}`);
  await admin.locator("#save-bar-save").click();
  await admin.waitForURL(/segments\/(?!new)/);
  const badge = app().locator("table").getByText(LONG);
  await expect.poll(async () => (await open("/app/customers"), badge.isVisible())).toBe(true);
  expect((await badge.boundingBox())?.height).toBeLessThan(30);
  await look("list");
  const search = app().getByRole("textbox", { name: "Search by name" });
  const before = await search.boundingBox();
  await search.fill("nobodyhere");
  await app().getByText("No customers found. Try fewer words.", { exact: true }).waitFor();
  await app().getByText("0 customers", { exact: true }).waitFor();
  expect((await search.boundingBox())?.y).toBe(before?.y);
  await search.fill("number_of_orders > > 3");
  await app().getByText("Not counted", { exact: true }).waitFor();
  expect((await search.boundingBox())?.y).toBe(before?.y);
});
