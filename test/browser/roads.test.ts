// Links and texts across the pages: each link leads to its page, and each text appears at the right time.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { openBrowserApp } from "../demo/people/browser-app.ts";
import { createCustomer } from "../dev-store/commands/customer.ts";
import { createProduct } from "../dev-store/commands/product.ts";
import type { ShopState } from "../dev-store/model.ts";
import { addShop } from "../dev-store/store.ts";
import { openBrowser, type OpenBrowser } from "../setup/browser.ts";
import { startStack, urlsOfTest, type Stack } from "../setup/stack.ts";

const THANK_YOU = { extension: "thank-you", target: "purchase.thank-you.block.render", settings: {} };
let stack: Stack;
let shop: ShopState;
let browser: OpenBrowser;
let admin: Page;

beforeAll(async () => {
  stack = await startStack({ urls: urlsOfTest() });
  shop = addShop(stack.store, "roads.myshopify.com", { timeZone: "Europe/Berlin", currency: "EUR" });
  createProduct(stack.store, shop, { title: "Assam", variants: [{ title: "250 g", sku: "assam", price: "120.00" }] });
  for (const firstName of ["Asha", "Bina"]) createCustomer(stack.store, shop, { firstName, tags: ["vip"] });
  shop.themeBlocks.push({ id: "b1", block: "theme/survey", template: "index", settings: {} });
  shop.checkoutBlocks.push(THANK_YOU);
  await stack.install(shop);
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
const open = (path: string) => openBrowserApp(admin, stack.url).go(path);
const save = () => admin.locator("#save-bar-save").click();
const saved = async () => {
  await save();
  await admin.locator("#save-bar").waitFor({ state: "hidden" });
};
const name = () => app().getByRole("textbox", { name: /^Name/ });
const at = () => new URL(admin.url());

async function eventually(look: () => Promise<boolean>): Promise<void> {
  await expect.poll(look, { interval: 400 }).toBe(true);
}

test("a shopper answers a survey in the storefront, and is not asked the same questions after buying", async () => {
  await open("/app/surveys/new?template=nps");
  await app().getByRole("checkbox", { name: "Storefront" }).check();
  await app().getByRole("checkbox", { name: "Thank you page" }).check();
  await saved();
  await app().getByRole("button", { name: "Publish" }).click();
  await app().getByRole("button", { name: "End survey" }).waitFor();

  const page = await browser.newPage();
  const survey = page.locator(".regulars-survey");
  await eventually(async () => {
    await page.goto(`${stack.url}/`);
    return survey.isVisible();
  });
  await survey.getByRole("button", { name: "10", exact: true }).click();
  await survey.getByLabel("What is the main reason?").fill("Good tea");
  await survey.getByRole("button", { name: "Send" }).click();
  await survey.getByText("Thank you, that helps us.").waitFor();
  await page.goto(`${stack.url}/products/assam`);
  await page.getByRole("button", { name: "Add to cart" }).click();
  await page.getByRole("button", { name: "Check out" }).click();
  await page.getByLabel("E-mail").fill("guest@example.com");
  await page.getByLabel("Last name").fill("Patel");
  await page.getByLabel("Address").fill("1 High Street");
  await page.getByLabel("City").fill("Leicester");
  await page.getByRole("button", { name: "Pay now" }).click();
  await page.getByText("Your order is confirmed").waitFor();
  await page.waitForLoadState("networkidle");
  expect(await page.locator("iframe[data-extension=thank-you] >> visible=true").count()).toBe(0);
});

test("a shopper closes the survey with the keyboard, and it stays closed", async () => {
  const page = await browser.newPage();
  await page.goto(`${stack.url}/`);
  const survey = page.getByRole("region", { name: "Survey" });
  await survey.waitFor();
  const close = survey.getByRole("button", { name: "Hide this survey" });
  await close.focus();
  await page.keyboard.press("Enter");
  await survey.waitFor({ state: "hidden" });
  await expect.poll(() => page.evaluate(() => localStorage.getItem("regulars.answered"))).toContain("-1");
  await page.reload();
  await page.waitForLoadState("networkidle");
  expect(await page.locator(".regulars-survey").isVisible()).toBe(false);
});

test("an answer in the results leads to a segment of the customers who gave it", async () => {
  await open("/app/surveys");
  await eventually(async () => {
    await admin.reload();
    return app().getByText("Net promoter score 100").first().isVisible();
  });
  await app().getByRole("link", { name: "Would you recommend us?", exact: true }).click();
  await app().getByRole("link", { name: "10", exact: true }).click();
  await app()
    .getByText(/customers?, .+ of all customers/)
    .waitFor();
  expect(await app().locator(".cm-content").innerText()).toContain("survey_answer MATCHES (survey = ");
  expect(await name().inputValue()).toBe("How likely are you to recommend us to a friend? 10");
  await saved();
  await app().getByRole("heading", { name: "How likely are you to recommend us to a friend? 10" }).waitFor();
});

test("the page of an answered survey warns before a change that begins a new count; a corrected word keeps the answers", async () => {
  await open("/app/surveys");
  await app().getByRole("link", { name: "Would you recommend us?", exact: true }).click();
  await app().getByRole("link", { name: "Edit" }).click();
  const question = app()
    .getByRole("textbox", { name: /^Question/ })
    .first();
  expect(
    await app()
      .getByText(/^Saving begins version/)
      .count(),
  ).toBe(0);
  await question.fill("How likely are you to recommend our tea?");
  await app().getByText("Saving begins version 2 of this survey").waitFor();
  expect(await app().getByText("Saving starts a new count").count()).toBe(0);
  await app().getByLabel("Question type").first().selectOption({ label: "Free text" });
  await app().getByText("Saving starts a new count").waitFor();
  await app().getByLabel("Question type").first().selectOption({ label: "How likely to recommend (0 to 10)" });
  await app().getByText("Saving starts a new count").waitFor({ state: "detached" });
  await saved();
  await app().getByRole("link", { name: "Results" }).click();
  await app().getByText("There are no responses to version 2 yet").waitFor();
  await app().getByRole("button", { name: "Show version 1" }).click();
  await app().getByText("How likely are you to recommend us to a friend?").waitFor();
  expect(await app().getByText("There are no responses to version 2 yet").count()).toBe(0);
  await app().getByLabel("Version").selectOption("All versions");
  await app().getByText("How likely are you to recommend our tea?").waitFor();
  await app().getByText("1 response").first().waitFor();
  await app().getByText("Net promoter score 100").waitFor();
});

test("an archived segment is in the archived list and can be restored", async () => {
  await open("/app/segments/new?template=regulars");
  await name().fill("To be put away");
  await saved();
  await app().getByRole("button", { name: "Archive" }).click();
  await app().getByRole("dialog").getByText("Archive “To be put away”?").waitFor();
  await app().getByRole("dialog").getByRole("button", { name: "Archive" }).click();
  await app().getByText("“To be put away” was archived").waitFor();
  await open("/app");
  await open("/app/segments");
  expect(await app().getByText("To be put away").count()).toBe(0);
  await app().getByRole("button", { name: "1 archived" }).click();
  await app().getByText("To be put away").waitFor();
  await expect.poll(() => at().searchParams.get("show")).toBe("archived");
  await app().getByRole("button", { name: "Restore To be put away" }).click();
  await app().getByRole("heading", { name: "To be put away" }).waitFor();
});

test("a segment can be duplicated again as soon as its change is saved, and the copy has its own name", async () => {
  await open("/app/segments/new?template=regulars");
  await name().fill("Original");
  await saved();
  const duplicate = app().getByRole("button", { name: "Duplicate" });
  await name().fill("Original, renamed");
  await expect.poll(() => duplicate.isDisabled()).toBe(true);
  await saved();
  await expect.poll(() => duplicate.isDisabled()).toBe(false);
  await duplicate.click();
  await app().getByRole("heading", { name: "Copy of Original, renamed", exact: true }).waitFor();
  await open("/app/segments");
  await app().getByRole("link", { name: "Original, renamed", exact: true }).click();
  await app().getByRole("button", { name: "Duplicate" }).click();
  await app().getByRole("heading", { name: "Copy of Original, renamed 2", exact: true }).waitFor();
});

test.each(["segments", "offers", "surveys"])(
  "a name that another one has is told while it is typed: %s",
  async (section) => {
    await open(`/app/${section}/new${section === "surveys" ? "?template=attribution" : ""}`);
    await name().fill("Taken");
    if (section === "segments") {
      await app().locator(".cm-content").click();
      await admin.keyboard.insertText("number_of_orders = 1");
    }
    await saved();
    await open(`/app/${section}/new`);
    await name().fill("taken ");
    await app().getByText("This name is already in use").waitFor();
    await name().fill("taken not");
    await app().getByText("This name is already in use").waitFor({ state: "detached" });
    await admin.locator("#save-bar-discard").click();
    await admin.getByRole("button", { name: "Discard changes" }).click();
    await admin.locator("#save-bar").waitFor({ state: "hidden" });
  },
);

test("the back link of a customer and of a segment leads to the list with its search", async () => {
  await open("/app/customers");
  await eventually(async () => {
    await admin.reload();
    return app().getByRole("link", { name: "Asha" }).isVisible();
  });
  await app()
    .getByRole("textbox", { name: /^Search/ })
    .fill("Asha");
  await app().getByRole("link", { name: "Bina" }).waitFor({ state: "detached" });
  await app().getByRole("link", { name: "Asha" }).click();
  await app().getByRole("heading", { name: "Asha" }).waitFor();
  await admin.reload();
  await app().getByRole("heading", { name: "Asha" }).waitFor();
  await app().getByRole("link", { name: "Customers" }).first().click();
  await app().getByRole("heading", { name: "Customers" }).waitFor();
  // The admin's URL follows the page a moment later.
  await expect.poll(() => at().searchParams.get("q")).toBe("Asha");
  expect(
    await app()
      .getByRole("textbox", { name: /^Search/ })
      .inputValue(),
  ).toBe("Asha");

  // The menu leads to the whole list, and Back to where the merchant came from.
  const menu = admin.getByRole("navigation", { name: "Admin" }).getByRole("link", { name: "Customers", exact: true }).last(); // prettier-ignore
  const searchBox = app().getByRole("textbox", { name: /^Search/ });
  await menu.click();
  await app().getByRole("link", { name: "Bina" }).waitFor();
  expect(await searchBox.inputValue()).toBe("");
  await open("/app");
  await menu.click();
  await searchBox.pressSequentially("Asha", { delay: 400 });
  await expect.poll(() => at().searchParams.get("q")).toBe("Asha");
  await admin.goBack();
  await expect.poll(() => at().pathname).not.toContain("/customers");

  // On a slow network each text is sent once, and the list comes.
  await open("/app/customers");
  await app().getByRole("link", { name: "Bina" }).waitFor();
  let requests = 0;
  await admin.route(/customers\.data\?q=/, async (route) => {
    requests += 1;
    await new Promise((resolve) => setTimeout(resolve, 2000));
    await route.continue().catch(() => undefined);
  });
  await searchBox.fill("Asha");
  await app().getByRole("link", { name: "Bina" }).waitFor({ state: "detached" });
  expect(requests).toBe(1);
  await admin.unroute(/customers\.data\?q=/);

  await open("/app/segments");
  await app()
    .getByRole("textbox", { name: /^Search/ })
    .fill("Copy of");
  await expect.poll(() => at().searchParams.get("q")).toBe("Copy of");
  await app().getByRole("link", { name: "Copy of Original, renamed", exact: true }).click();
  await app().getByRole("heading", { name: "Copy of Original, renamed" }).waitFor();
  await app().getByRole("link", { name: "Segments" }).first().click();
  await expect.poll(() => at().searchParams.get("q")).toBe("Copy of");
});

test("the builder shows a missing value once the focus has left the condition, and mentions no lines and characters", async () => {
  await open("/app/segments/new");
  await name().fill("Built");
  await app().getByRole("tab", { name: "Builder" }).click();
  await app().getByRole("button", { name: "Add condition" }).click();
  const value = app().getByLabel("Number of orders, value 1");
  await value.fill("");
  await app().getByText("Complete each condition to see how many customers match.").waitFor();
  expect(await app().getByText("An empty value matches no customers").count()).toBe(0);
  await app().getByLabel("Attribute").focus();
  await app().getByText("An empty value matches no customers").waitFor();
  expect(
    await app()
      .getByText(/Line \d|can't be read/)
      .count(),
  ).toBe(0);
  await value.fill("1.5");
  await app().getByText("Enter a whole number").waitFor();
  await value.fill("three");
  await app().getByText("Enter a number", { exact: true }).waitFor();
  await value.fill("1,5");
  await app().getByText("Enter a number with a period before the decimals").waitFor();
  await save();
  await app().getByText("Some conditions aren't complete. Complete the marked conditions.").waitFor();
  await value.fill("1");
  await app().getByText("Some conditions aren't complete").waitFor({ state: "detached" });
  await app()
    .getByText(/customers?, .+ of all customers/)
    .waitFor();
  await saved();
});

test("a range whose end is before its start, an empty tag and an unknown offer show a warning in text and in the builder", async () => {
  await open("/app/segments/new");
  await app().locator(".cm-content").click();
  await admin.keyboard.insertText("last_order_date BETWEEN -30d AND -90d");
  await app()
    .getByText("last_order_date: -90d comes before -30d, so no customer is between the two.")
    .first()
    .waitFor();
  await app().getByRole("tab", { name: "Builder" }).click();
  await app().getByText("The second value comes before the first, so no customer is between the two").waitFor();
  await open("/app/segments/new");
  await app().locator(".cm-content").click();
  await admin.keyboard.insertText("customer_tags CONTAINS ''");
  await app().getByText("customer_tags is compared with an empty text").first().waitFor();
  await app().getByRole("tab", { name: "Builder" }).click();
  await app().getByText("Complete each condition to see how many customers match.").waitFor();
  await open("/app/segments/new");
  await app().locator(".cm-content").click();
  await admin.keyboard.insertText("offer_redeemed MATCHES (offer = 'nonsense')");
  await app().getByText("Offer: this store has none named “nonsense”. Choose one from the list.").waitFor();
  await open("/app/customers?q=number_of_orders+BETWEEN+5+AND+3");
  await app().getByText("number_of_orders: 3 comes before 5").waitFor();
});

test("an action is confirmed by a toast, and the primary button of an active offer does not stop the offer", async () => {
  await open("/app/offers/new");
  await name().fill("Ten");
  await save();
  await admin.getByText("Saved", { exact: true }).waitFor();
  await app().getByRole("button", { name: "Publish" }).click();
  await admin.getByText("Offer is being published", { exact: true }).waitFor();
  const pause = app().getByRole("button", { name: "Pause" });
  expect(await pause.getAttribute("class")).not.toContain("Primary");
  await pause.click();
  await admin.getByText("Offer is being paused", { exact: true }).waitFor();
  expect(await app().getByRole("button", { name: "Resume" }).getAttribute("class")).toContain("Primary");
});

test("a decimal comma is understood in the merchant's language", async () => {
  shop.locale = "de";
  const page = await browser.newPage();
  await openBrowserApp(page, stack.url).go("/app/offers/new");
  shop.locale = "en";
  const german = page.frameLocator("iframe").first();
  await german.getByRole("textbox", { name: /^Name/ }).fill("Mit Komma");
  await german.getByLabel("Discount percentage").fill("12,5");
  await page.locator("#save-bar-save").click();
  await page.locator("#save-bar").waitFor({ state: "hidden" });
  expect(await german.getByLabel("Discount percentage").inputValue()).toBe("12.5");
});

test("the home page shows a score only with the number of its answers", async () => {
  await open("/app");
  await app().getByText("Based on 1 answer", { exact: true }).waitFor();
});
