// Surveys by clicking: a merchant makes one, shoppers answer it in the storefront and after a purchase, and the merchant reads
// the results.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { FrameLocator, Page } from "playwright-core";
import { createCustomer } from "../dev-store/commands/customer.ts";
import { createProduct } from "../dev-store/commands/product.ts";
import type { ShopState } from "../dev-store/model.ts";
import { addShop } from "../dev-store/store.ts";
import { openBrowser, PHONE, type OpenBrowser } from "../setup/browser.ts";
import { startStack, urlsOfTest, type Stack } from "../setup/stack.ts";

const THANK_YOU = { extension: "thank-you", target: "purchase.thank-you.block.render", settings: {} };
let stack: Stack;
let shop: ShopState;
let browser: OpenBrowser;
let admin: Page;

beforeAll(async () => {
  stack = await startStack({ urls: urlsOfTest() });
  shop = addShop(stack.store, "asking.myshopify.com", { timeZone: "Asia/Kolkata", currency: "INR" });
  createProduct(stack.store, shop, { title: "Assam", variants: [{ title: "250 g", sku: "assam", price: "120.00" }] });
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
const open = (path: string) => admin.goto(`${stack.url}/admin/apps/regulars${path}`);

/** Waits for work of the worker, which takes some seconds. */
async function eventually(look: () => Promise<boolean>): Promise<void> {
  await expect.poll(look, { interval: 300 }).toBe(true);
}

async function buy(page: Page, locale: string): Promise<FrameLocator> {
  await page.goto(`${stack.url}/products/assam?locale=${locale}`);
  await page.getByRole("button", { name: "Add to cart" }).click();
  await page.getByRole("button", { name: "Check out" }).click();
  await page.getByLabel("E-mail").fill("asha@example.com");
  await page.getByLabel("Last name").fill("Patel");
  await page.getByLabel("Address").fill("1 High Street");
  await page.getByLabel("City").fill("Leicester");
  await page.getByRole("button", { name: "Pay now" }).click();
  await page.getByText("Your order is confirmed").waitFor();
  return page.frameLocator("iframe[data-extension=thank-you]");
}

test("a merchant chooses a template, corrects a mistake, restores a question, and publishes the survey", async () => {
  await open("/app/surveys");
  await app().getByRole("link", { name: "Use template: Would you recommend us?" }).click();
  await app().getByRole("heading", { name: "New survey" }).waitFor();
  expect(await app().getByLabel("Name", { exact: true }).inputValue()).toBe("Would you recommend us?");
  await app().getByRole("button", { name: "Remove question 2" }).click();
  await app().getByText("Question removed: What is the main reason?").waitFor();
  await app().getByRole("button", { name: "Undo" }).click();
  await app().getByRole("button", { name: "Add question" }).click();
  await admin.getByRole("button", { name: "Save" }).click();
  await app().getByText("Enter the question in English").waitFor();
  await app().getByRole("button", { name: "Remove question 3" }).click();
  await admin.getByRole("button", { name: "Save" }).click();
  await app().getByRole("button", { name: "Publish" }).click();
  await app().getByText("Active", { exact: true }).waitFor();
  expect(await app().getByLabel("Short name").first().isDisabled()).toBe(true);
});

test("a shopper answers in the storefront on a phone with one tap a question, and the survey disappears", async () => {
  const page = await browser.newPage({ viewport: PHONE });
  await eventually(async () => {
    await page.goto(`${stack.url}/`);
    return page.getByText("How are we doing?").isVisible();
  });
  const survey = page.locator(".regulars-survey");
  await survey.getByRole("button", { name: "7", exact: true }).click();
  await survey.getByLabel("What is the main reason?").fill("Slow <b>post</b>");
  await survey.getByRole("button", { name: "Send" }).click();
  await survey.getByText("Thank you, that helps us.").waitFor();
  expect(await survey.getByRole("button").count()).toBe(0);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(PHONE.width);
});

test("the survey can be answered with the keyboard alone", async () => {
  const page = await browser.newPage();
  await page.goto(`${stack.url}/?locale=pa`);
  const first = page.locator("[data-regulars-answer]").first();
  await eventually(async () => {
    await first.focus();
    return first.evaluate((element) => element === document.activeElement && document.hasFocus());
  });
  for (let step = 0; step < 10; step += 1) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.locator("[data-question=why]:not([hidden])").waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.type("ਵਧੀਆ ਚਾਹ");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByText("ਧੰਨਵਾਦ, ਤੁਹਾਡੇ ਜਵਾਬ ਨਾਲ ਸਾਨੂੰ ਮਦਦ ਮਿਲੇਗੀ।").waitFor();
});

test("after a purchase the survey is in the shopper's language; a page that is opened again continues with the next question", async () => {
  createCustomer(stack.store, shop, { email: "asha@example.com", firstName: "Asha", lastName: "Patel" });
  const page = await browser.newPage();
  const survey = await buy(page, "gu");
  await survey.getByText("અમારી સેવા કેવી લાગી?").waitFor();
  await survey.getByRole("button", { name: "10", exact: true }).click();
  await survey.getByText("પ્રશ્ન 2 / 2").waitFor();
  await page.reload();
  await survey.getByLabel("તેનું મુખ્ય કારણ શું છે?").fill("તાજી ચા");
  await survey.getByRole("button", { name: "મોકલો" }).click();
  await survey.getByText("આભાર, તમારા જવાબથી અમને મદદ મળશે.").waitFor();
  await page.reload();
  await page.getByText("Your order is confirmed").waitFor();
  expect(await page.locator("iframe[data-extension=thank-you] >> visible=true").count()).toBe(0);
});

test("the results count all three responses, quote the texts, and link to the customers", async () => {
  await open("/app/surveys");
  await app().getByRole("link", { name: "Would you recommend us?", exact: true }).click();
  await app()
    .getByText(/responses? to version 1/)
    .waitFor();
  await eventually(async () => {
    await admin.reload();
    await app()
      .getByText(/responses? to version 1/)
      .waitFor();
    return app().getByText("3 responses to version 1").isVisible();
  });
  await app().getByText("Net promoter score 67").waitFor();
  for (const said of ["Slow <b>post</b>", "ਵਧੀਆ ਚਾਹ", "તાજી ચા"])
    await app().getByText(said, { exact: true }).waitFor();
  await app().getByRole("link", { name: "Asha Patel" }).click();
  await app().getByText("Answered survey “Would you recommend us?”").first().waitFor();
});

test("a survey with answers cannot be deleted, and its page says what to do instead; a survey without answers is deleted", async () => {
  await open("/app/surveys/new?template=attribution");
  await admin.getByRole("button", { name: "Save" }).click();
  await app().getByRole("button", { name: "Delete" }).click();
  await app().getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await app().getByRole("button", { name: "Delete" }).click();
  await app().getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await app().getByRole("heading", { name: "Surveys" }).waitFor();
  expect(await app().getByRole("link", { name: "How did you hear about us?", exact: true }).count()).toBe(0);
  await app().getByRole("link", { name: "Would you recommend us?", exact: true }).click();
  await app().getByRole("link", { name: "Edit" }).click();
  await app().getByRole("button", { name: "Delete" }).click();
  const dialog = app().getByRole("dialog");
  await dialog.getByText("A survey with responses can't be deleted. To stop asking it, end the survey").waitFor();
  expect(await dialog.getByRole("button", { name: "Delete" }).count()).toBe(0);
});
