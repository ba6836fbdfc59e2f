// Behaviour that every page has: a refused form shows its faults at the fields, a deleted object can be restored, a harmful
// action asks first, and a slow action shows its progress.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { openBrowserApp } from "../demo/people/browser-app.ts";
import { addShop } from "../dev-store/store.ts";
import { openBrowser, type OpenBrowser } from "../setup/browser.ts";
import { startStack, urlsOfTest, type Stack } from "../setup/stack.ts";

let stack: Stack;
let browser: OpenBrowser;
let admin: Page;

beforeAll(async () => {
  stack = await startStack({ urls: urlsOfTest() });
  await stack.install(addShop(stack.store, "habits.myshopify.com", { timeZone: "Europe/London", currency: "GBP" }));
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
const save = () => admin.getByRole("button", { name: "Save" }).click();
const dialog = (name: string) => app().getByRole("dialog").getByRole("button", { name });

test("a refused form keeps the typed values and focuses the first field with a fault", async () => {
  await open("/app/offers/new");
  const percent = app().getByLabel("Discount percentage");
  await percent.fill("120");
  await save();
  await app().getByText("Fill in this field").waitFor();
  const name = app().getByRole("textbox", { name: /^Name/ });
  const cursorIn = () => name.evaluate(() => document.activeElement?.outerHTML.slice(0, 200));
  await expect.poll(cursorIn).toContain(await name.getAttribute("id"));
  expect(await percent.inputValue()).toBe("120");
});

test("a deleted offer and a deleted survey can be restored as drafts", async () => {
  for (const [section, start] of [
    ["offers", "/app/offers/new"],
    ["surveys", "/app/surveys/new?template=attribution"],
  ] as const) {
    await open(start);
    await app().getByRole("textbox", { name: /^Name/ }).fill(`Of ${section}`);
    await save();
    await app().getByRole("button", { name: "Delete" }).click();
    await app().getByText(`Delete “Of ${section}”?`).waitFor();
    await dialog("Delete").click();
    await app().getByText(`“Of ${section}” was deleted`).waitFor();
    await app().getByRole("button", { name: "Restore" }).click();
    await app()
      .getByRole("heading", { name: `Of ${section}`, exact: true })
      .waitFor();
    const address = () => new URL(admin.url()).pathname;
    await expect.poll(address).toMatch(new RegExp(`/app/${section}/(?!new)[\\w-]+$`));
    await app().getByText("Draft", { exact: true }).waitFor();
  }
});

test("an offer warns when its words name another percentage than the offer gives", async () => {
  await open("/app/offers/new");
  await app().getByRole("textbox", { name: "Title" }).fill("15% off for you");
  await app().getByText("The text says 15%, but the offer gives 10%.").waitFor();
  await app().getByLabel("Discount percentage").fill("15");
  await app().getByText("The text says 15%").waitFor({ state: "detached" });
});

test("a plugin is switched off only after a confirmation, and switched on at once", async () => {
  await open("/app/plugins/loyalty");
  await app().getByRole("button", { name: "Turn off" }).click();
  await dialog("Cancel").click();
  await app().getByText("On", { exact: true }).waitFor();
  await app().getByRole("button", { name: "Turn off" }).click();
  await dialog("Turn off").click();
  await app().getByText("Off", { exact: true }).waitFor();
  await app().getByRole("button", { name: "Turn on" }).click();
  await app().getByText("On", { exact: true }).waitFor();
});

test("a search for customers that is a faulty query shows the fault beside the field, and nothing else", async () => {
  await open("/app/customers?q=number_of_orders+%3E+%3E+3");
  await app().getByText("This segment query can't be used: '>' isn't expected here").waitFor();
  expect(await app().getByText("No customers found").count()).toBe(0);
});

test("a page that does not exist links to its list", async () => {
  await open("/app/offers/none");
  await app().getByRole("heading", { name: "Page not found" }).waitFor();
  await app().getByRole("link", { name: "Go to Offers" }).click();
  await app().getByRole("heading", { name: "Offers", exact: true }).waitFor();
  expect(browser.problems.splice(0)).toEqual([expect.stringContaining("404")]);
});

test("while a slow page loads, its outline is shown", async () => {
  await open("/app/plugins");
  let letGo = () => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  await admin.route(/app\/settings/, async (route) => {
    await held;
    await route.continue();
  });
  await admin.locator('[data-app-menu] a[data-href="/app/settings"]').first().click();
  await app().getByRole("status", { name: "Page loading" }).waitFor();
  expect(await app().getByRole("heading", { name: "Plugins" }).isVisible()).toBe(false);
  letGo();
  await app().getByRole("heading", { name: "Settings" }).waitFor();
});
