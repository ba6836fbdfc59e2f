// Segments in the browser: queries made in the builder and as text with the shop's own values, and the members' revenue.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { createCustomer } from "../dev-store/commands/customer.ts";
import { placeOrder } from "../dev-store/commands/order.ts";
import { createProduct } from "../dev-store/commands/product.ts";
import type { ShopState } from "../dev-store/model.ts";
import { addShop } from "../dev-store/store.ts";
import { openBrowser, DESKTOP, PHONE, type OpenBrowser } from "../setup/browser.ts";
import { startStack, urlsOfTest, type Stack } from "../setup/stack.ts";
import { inspectPage } from "./inspect-page.ts";

let stack: Stack;
let shop: ShopState;
let browser: OpenBrowser;
let admin: Page;

beforeAll(async () => {
  stack = await startStack({ urls: urlsOfTest() });
  shop = addShop(stack.store, "choosing.myshopify.com", { timeZone: "Asia/Kolkata", currency: "INR" });
  await stack.install(shop);
  const { variants } = createProduct(stack.store, shop, {
    title: "Assam Second Flush",
    variants: [{ title: "Default Title", sku: "", price: "100.00" }],
  });
  const names = ["Asha", "Bina", "Chandra", "Dev"];
  names.forEach((firstName, at) => {
    const email = `${firstName.toLowerCase()}@example.com`;
    const tags = at < 2 ? ["vip", "it's her"] : [];
    const { id } = createCustomer(stack.store, shop, { firstName, email, tags });
    for (let bought = at; bought < 3; bought += 1) {
      placeOrder(stack.store, shop, { customerId: id, lines: [{ variantId: variants[0]?.id ?? "", quantity: 1 }] });
    }
  });
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
const open = async (path: string) => {
  await admin.goto(`${stack.url}/admin/apps/regulars${path}`);
  await app().getByRole("heading", { level: 1 }).first().waitFor();
};
const face = (name: string) => app().getByRole("tab", { name });
const textOfQuery = () => app().locator(".cm-content").innerText();
const choose = (label: string, option: string) =>
  app().getByLabel(label, { exact: true }).selectOption({ label: option });
async function look(name: string): Promise<void> {
  const faults = await inspectPage(admin, `segments-${name}`);
  await admin.setViewportSize(DESKTOP);
  expect(faults).toEqual([]);
}

test("a merchant builds a query by clicking while the count follows, and the text shows the same query", async () => {
  await expect
    .poll(async () => {
      await open("/app/customers");
      return app().getByRole("link", { name: "Asha" }).isVisible();
    })
    .toBe(true);
  await open("/app/segments/new");
  await app().getByRole("textbox", { name: "Name" }).fill("Close to us");
  await face("Builder").click();
  await app().getByRole("button", { name: "Add condition" }).click();
  await app().getByLabel("Number of orders, value 1").fill("2");
  await app().getByText("customers, 50% of all").waitFor();
  await app().getByText("spent by these customers, 83.3% of revenue from known customers").waitFor();

  await app().getByRole("button", { name: "Add group" }).click();
  const group = app().getByRole("group", { name: "Group, level 2" });
  await group.getByLabel("Attribute").selectOption({ label: "Products purchased" });
  await group.getByRole("button", { name: "Add detail of Products purchased" }).click();
  await group.getByLabel("Product, value 1").fill("assam");
  await app()
    .getByRole("option", { name: /Assam Second Flush/ })
    .click();
  await group.getByText("Assam Second Flush").waitFor();
  await group.getByRole("button", { name: "Add condition" }).click();
  await group.getByLabel("Attribute").nth(1).selectOption({ label: "Last order date" });
  await app().getByText("customers, 50% of all").waitFor();
  await look("builder");

  const [product] = shop.products.keys();
  const written = `number_of_orders >= 2 AND (products_purchased MATCHES (id = ${product}) OR last_order_date >= -30d)`;
  await face("Text").click();
  await app().locator(".cm-content").waitFor();
  expect(await textOfQuery()).toBe(written);
  await face("Builder").click();
  expect(await app().getByLabel("Attribute").count()).toBe(3);
  await choose("Last order date, value 1", "A day");
  expect(await app().getByLabel("Last order date, value 1: which day").inputValue()).toMatch(/^\d{4}-\d\d-\d\d$/);
  await choose("Last order date, value 1", "Some time ago");
  await app().getByRole("button", { name: "Remove Last order date" }).click();
  await admin.getByRole("button", { name: "Save" }).click();
  await app().getByRole("heading", { name: "Close to us" }).waitFor();
});

test("the builder speaks of conditions, its bins say what they remove, and a value in other letters is offered as it is written", async () => {
  await open("/app/segments/new");
  await app().getByRole("textbox", { name: "Name" }).fill("Unfinished");
  await app().getByText("Enter a query to see how many customers match.").waitFor();
  await admin.getByRole("button", { name: "Save" }).click();
  await app().getByText("Enter a query", { exact: true }).waitFor();
  await face("Builder").click();
  await app().getByText("Add a condition", { exact: true }).waitFor();
  await app().getByText("Add a condition to see how many customers match.").waitFor();
  await app().getByRole("button", { name: "Add condition" }).click();
  await app().getByLabel("Attribute").selectOption({ label: "Customer tags" });
  const bin = app().getByRole("button", { name: "Remove Customer tags" });
  await bin.hover();
  await app().getByRole("tooltip").getByText("Remove Customer tags").waitFor();
  expect(await app().getByText("quotation marks").count()).toBe(0);
  const [row, button] = [await app().getByLabel("Attribute").boundingBox(), await bin.boundingBox()];
  const middle = (box: typeof row) => (box?.y ?? 0) + (box?.height ?? 0) / 2;
  expect(Math.abs(middle(row) - middle(button))).toBeLessThan(1.5);
  await bin.click();
  await face("Text").click();
  await app().locator(".cm-content").click();
  await admin.keyboard.insertText("rfm_group = 'Champions'");
  await app().getByText("'Champions' isn't one of the values of rfm_group. Use 'CHAMPIONS'").first().waitFor();
  await admin.getByRole("button", { name: "Discard" }).click();
});

test("the saved segment shows since when its size is recorded, and the list shows the members' revenue", async () => {
  await expect
    .poll(async () => {
      await open("/app/segments");
      return (await app().getByText("Up to date").isVisible()) && (await app().getByText("83.3%").isVisible());
    })
    .toBe(true);
  await app().getByText("as of").waitFor();
  await look("list");
  await app().getByRole("link", { name: "Close to us" }).click();
  // The size has been recorded for a moment only: there is no line of 90 days and no growth yet.
  await app().getByText("Members since").waitFor();
  expect(await app().getByText("in the last 90 days").count()).toBe(0);
  await app().getByText("customers, 50% of all").waitFor();
  await look("saved");
});

test("while a query is typed, the shop's own tags and products are suggested and inserted whole", async () => {
  await open("/app/segments/new");
  const editor = app().locator(".cm-content");
  await editor.click();
  await admin.keyboard.type("customer_tags CONTAINS 'he", { delay: 20 });
  await app().getByRole("option", { name: /her/ }).click();
  expect(await textOfQuery()).toBe("customer_tags CONTAINS 'it\\'s her'");
  await admin.keyboard.type(" AND products_purchased MATCHES (id = assam", { delay: 20 });
  await look("completion");
  await app()
    .getByRole("option", { name: /Assam Second Flush/ })
    .click();
  const [product] = shop.products.keys();
  expect(await textOfQuery()).toBe(
    `customer_tags CONTAINS 'it\\'s her' AND products_purchased MATCHES (id = ${product})`,
  );
  await app().getByText("customers, 50% of all").waitFor();
});

test("countries, languages and statuses are suggested by name, and the query contains their codes", async () => {
  await open("/app/segments/new");
  await face("Builder").click();
  await app().getByRole("button", { name: "Add condition" }).click();
  await app().getByLabel("Attribute").selectOption({ label: "Countries" });
  await choose("Countries, value 1", "United Kingdom");
  await app().getByRole("button", { name: "Add condition" }).click();
  await app().getByLabel("Attribute").nth(1).selectOption({ label: "Email subscription status" });
  await choose("Email subscription status, value 1", "Not subscribed");
  await app().getByRole("button", { name: "Add condition" }).click();
  await app().getByLabel("Attribute").nth(2).selectOption({ label: "Language" });
  await app().getByLabel("Language, value 1").fill("gu");
  await app().getByText("Gujarati", { exact: true }).waitFor();
  await app().getByRole("option", { name: "No matches in your store" }).waitFor();
  await look("names");
  await admin.setViewportSize(PHONE);
  // With the keyboard alone: a list finds an entry by the name that it shows.
  await app().getByLabel("Countries, value 1").focus();
  await admin.keyboard.type("Germ");
  await admin.keyboard.press("Tab");
  expect(await app().getByLabel("Countries, value 1").inputValue()).toBe("'DE'");
  await admin.setViewportSize(DESKTOP);
  await face("Text").click();
  expect(await textOfQuery()).toBe(
    "customer_countries CONTAINS 'DE' AND email_subscription_status = 'NOT_SUBSCRIBED' AND customer_language = 'gu'",
  );
});

test("a country is found by its name while a query is typed, and inserted as its code", async () => {
  await open("/app/segments/new");
  await app().locator(".cm-content").click();
  await admin.keyboard.type("rfm_group = 'At r", { delay: 20 });
  await app()
    .getByRole("option", { name: /At risk/ })
    .click();
  await admin.keyboard.type(" OR customer_countries CONTAINS Icel", { delay: 20 });
  const offered = app().getByRole("option", { name: /Iceland/ });
  await offered.waitFor();
  expect(await offered.innerText()).toContain("'IS'");
  await look("names-completion");
  await admin.keyboard.press("Enter");
  expect(await textOfQuery()).toBe("rfm_group = 'AT_RISK' OR customer_countries CONTAINS 'IS'");
});

test("a query that cannot be parsed stays a text, and the builder says why it is not available", async () => {
  await open("/app/segments/new");
  await app().locator(".cm-content").click();
  await admin.keyboard.insertText("number_of_orders >=");
  await app().getByText("The builder can show this query once it can be read.").waitFor();
  expect(await face("Builder").isDisabled()).toBe(true);
  await look("unshown");
  await admin.keyboard.insertText(" 2");
  await face("Builder").click();
  expect(await app().getByLabel("Number of orders, value 1").inputValue()).toBe("2");
});

test("the keyboard alone builds a query, also on a phone", async () => {
  await admin.setViewportSize(PHONE);
  await open("/app/segments/new");
  await app().locator(".cm-content").waitFor();
  await face("Text").focus();
  await admin.keyboard.press("ArrowRight");
  await admin.keyboard.press("Enter");
  await app().getByRole("button", { name: "Add condition" }).focus();
  await admin.keyboard.press("Enter");
  await app().getByLabel("Attribute").focus();
  await admin.keyboard.type("Customer tags");
  await admin.keyboard.press("Tab");
  await admin.keyboard.press("Tab");
  await admin.keyboard.type("vi");
  await app().getByRole("option", { name: "vip" }).waitFor();
  await admin.keyboard.press("ArrowDown");
  await admin.keyboard.press("Enter");
  await app().getByText("customers, 50% of all").waitFor();
  await admin.keyboard.press("Escape");
  await app().getByRole("button", { name: "Remove Customer tags" }).focus();
  await admin.keyboard.press("Enter");
  await app().getByText("No conditions yet.").waitFor();
  expect(
    await app()
      .getByRole("button", { name: "Add condition" })
      .evaluate((button) => button === document.activeElement),
  ).toBe(true);
  await admin.setViewportSize(DESKTOP);
});
