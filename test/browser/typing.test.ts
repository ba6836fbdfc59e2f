// Typed text is never lost: not while a save runs, in two tabs, when the merchant leaves the page, or when the session ends.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { openBrowserApp } from "../demo/people/browser-app.ts";
import { addShop } from "../dev-store/store.ts";
import { openBrowser, type OpenBrowser } from "../setup/browser.ts";
import { startStack, urlsOfTest, type Stack } from "../setup/stack.ts";

let stack: Stack;
let browser: OpenBrowser;
let admin: Page;
let other: Page;

beforeAll(async () => {
  stack = await startStack({ urls: urlsOfTest() });
  await stack.install(addShop(stack.store, "typing.myshopify.com", { timeZone: "Europe/London", currency: "GBP" }));
  browser = await openBrowser();
  admin = await browser.newPage();
  other = await browser.newPage();
});
afterAll(async () => {
  await browser.close();
  await stack.stop();
});
afterEach(() => {
  expect(browser.problems.splice(0)).toEqual([]);
});

const appOf = (page: Page) => page.frameLocator("iframe").first();
const app = () => appOf(admin);
const open = (path: string, page = admin) => openBrowserApp(page, stack.url).go(path);
const bar = (page = admin) => page.locator("#save-bar");
const save = (page = admin) => page.locator("#save-bar-save").click();
const pathOf = (page = admin) => new URL(page.url()).pathname.replace(/^.*\/apps\/regulars/, "");
const saved = async (page = admin) => {
  await save(page);
  await bar(page).waitFor({ state: "hidden" });
};

/** A field of each editor and the page with the editor; `/new` creates an object first. */
const EDITORS = {
  segment: {
    list: "/app/segments",
    start: "/app/segments/new?template=regulars",
    field: /^Name/,
    texts: ["One", "Two", "Three", "Four"],
  },
  offer: {
    list: "/app/offers",
    start: "/app/offers/new?kind=message",
    field: /^Name/,
    texts: ["One", "Two", "Three", "Four"],
  },
  survey: {
    list: "/app/surveys",
    start: "/app/surveys/new?template=nps",
    field: /^Name/,
    texts: ["One", "Two", "Three", "Four"],
  },
  settings: { list: "/app/settings", start: "/app/settings", field: /Days to keep/, texts: ["11", "12", "13", "14"] },
} as const;
const names = Object.keys(EDITORS) as (keyof typeof EDITORS)[];
const fieldOf = (name: keyof typeof EDITORS, page = admin) =>
  appOf(page).getByRole("textbox", { name: EDITORS[name].field }).first();

/** Opens the page of an object of this editor, and creates the object if there is none. */
async function openSaved(name: keyof typeof EDITORS): Promise<string> {
  const { start, texts } = EDITORS[name];
  await open(start);
  await fieldOf(name).fill(`${texts[0]}`);
  await saved();
  return pathOf();
}

/** Holds back the forms that the page sends, until the returned function is called. */
async function holdForms(page: Page): Promise<() => Promise<void>> {
  const { promise: gate, resolve: letThrough } = Promise.withResolvers<undefined>();
  const isForm = (url: URL) => /^\/app\/(segments|offers|surveys|plugins|settings)/.test(url.pathname);
  await page.route(isForm, async (route) => {
    if (route.request().method() === "POST" && !route.request().url().includes("/preview")) await gate;
    await route.continue();
  });
  return async () => {
    letThrough(undefined);
    await bar(page).locator("[aria-busy]").waitFor({ state: "detached" });
    await page.unroute(isForm);
  };
}

test.each(names)("text that is typed while a save runs stays, and is saved next: %s", async (name) => {
  const { texts } = EDITORS[name];
  const path = await openSaved(name);
  await fieldOf(name).fill(texts[1]);
  const release = await holdForms(admin);
  await save();
  await admin.locator("#save-bar-save[aria-busy]").waitFor();
  await fieldOf(name).fill(texts[2]);
  await release();
  expect(await bar().isVisible()).toBe(true);
  expect(await fieldOf(name).inputValue()).toBe(texts[2]);
  await open(path, other);
  expect(await fieldOf(name, other).inputValue()).toBe(texts[1]);
  await saved();
  await open(path, other);
  expect(await fieldOf(name, other).inputValue()).toBe(texts[2]);
});

test.each(["segment", "offer", "survey"] as const)(
  "what is typed while the first save runs goes along to the page of what was made: %s",
  async (name) => {
    await open(EDITORS[name].start);
    await fieldOf(name).fill("Made");
    const release = await holdForms(admin);
    await save();
    await admin.locator("#save-bar-save[aria-busy]").waitFor();
    await fieldOf(name).fill("Made and renamed");
    await release();
    await expect.poll(() => pathOf()).not.toContain("/new");
    await app().getByRole("heading", { name: "Made", exact: true }).waitFor();
    expect(await fieldOf(name).inputValue()).toBe("Made and renamed");
    await saved();
    await app().getByRole("heading", { name: "Made and renamed", exact: true }).waitFor();
  },
);

test.each(names)("the second of two tabs learns what the first saved, and keeps its own text: %s", async (name) => {
  const { texts } = EDITORS[name];
  const path = await openSaved(name);
  await open(path, other);
  await fieldOf(name).fill(texts[1]);
  await saved();
  await fieldOf(name, other).fill(texts[2]);
  await save(other);
  const told = appOf(other);
  await told.getByText("Someone else saved changes while you were editing").waitFor();
  await told.getByRole("listitem").filter({ hasText: texts[1] }).waitFor();
  expect(await fieldOf(name, other).inputValue()).toBe(texts[2]);
  await admin.reload();
  expect(await fieldOf(name).inputValue()).toBe(texts[1]);
  await told.getByRole("button", { name: "Keep my changes" }).click();
  await saved(other);
  await admin.reload();
  expect(await fieldOf(name).inputValue()).toBe(texts[2]);
});

test("the second of two tabs can take over what the first saved", async () => {
  const path = await openSaved("segment");
  await open(path, other);
  await fieldOf("segment").fill("Two");
  await saved();
  await fieldOf("segment", other).fill("Three");
  await save(other);
  await appOf(other).getByRole("button", { name: "Use the saved changes" }).click();
  expect(await fieldOf("segment", other).inputValue()).toBe("Two");
  await bar(other).waitFor({ state: "hidden" });
});

const isInView = (element: Element): boolean => {
  const { top, bottom } = element.getBoundingClientRect();
  return top >= 0 && bottom <= window.innerHeight;
};

test.each(names)(
  "a save that the ended session refuses is told in view, and the form stays for the next try: %s",
  async (name) => {
    const { texts } = EDITORS[name];
    await openSaved(name);
    await admin.route("**/admin/internal/id-token", (route) => route.fulfill({ status: 401, body: "log in" }));
    await fieldOf(name).fill(texts[1]);
    await app()
      .locator("body")
      .evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    await save();
    await app().getByText("Your changes weren't saved").waitFor();
    await expect.poll(() => app().getByText("Your changes weren't saved").evaluate(isInView)).toBe(true);
    expect(await fieldOf(name).inputValue()).toBe(texts[1]);
    expect(await bar().isVisible()).toBe(true);
    await admin.unroute("**/admin/internal/id-token");
    await saved();
    expect(await app().getByText("Your changes weren't saved").count()).toBe(0);
    // The browser itself reports the answer 401.
    browser.problems.splice(0);
  },
);

test("a query that is typed after the session ended stays, although it cannot be counted", async () => {
  await open("/app/segments/new");
  await app().locator(".cm-content").click();
  await admin.route("**/admin/internal/id-token", (route) => route.fulfill({ status: 401, body: "log in" }));
  await admin.keyboard.insertText("number_of_orders >= 7");
  await admin.waitForResponse("**/admin/internal/id-token");
  await admin.waitForTimeout(500);
  expect(await app().locator(".cm-content").innerText()).toBe("number_of_orders >= 7");
  await admin.unroute("**/admin/internal/id-token");
  browser.problems.splice(0);
});

test("a save with an expired token is repeated with a new token", async () => {
  await openSaved("segment");
  let refused = 0;
  await admin.route(
    (url) => url.pathname.startsWith("/app/segments/"),
    (route) => {
      if (route.request().method() !== "POST" || refused > 0) return route.continue();
      refused += 1;
      return route.fulfill({ status: 401, headers: { "X-Shopify-Retry-Invalid-Session-Request": "1" } });
    },
  );
  await fieldOf("segment").fill("Renewed");
  await saved();
  expect(refused).toBe(1);
  await app().getByRole("heading", { name: "Renewed" }).waitFor();
  await admin.unrouteAll();
  browser.problems.splice(0);
});

/** A navigation within the app that App Bridge does not notice. */
const leaveWithin = () =>
  admin
    .frames()
    .find((one) => one.name() === "app-iframe")
    ?.evaluate(() => {
      const router: unknown = Reflect.get(window, "__remixRouter");
      const navigate: unknown = router instanceof Object ? Reflect.get(router, "navigate") : null;
      if (typeof navigate === "function") void Reflect.apply(navigate, router, ["/app/customers"]);
    });

test.each(names)("leaving the page in any way asks first while typed text is not saved: %s", async (name) => {
  const { texts, list } = EDITORS[name];
  await open("/app");
  await open(list);
  if (name !== "settings")
    await app()
      .getByRole("link", { name: /^Create / })
      .first()
      .click();
  await fieldOf(name).fill(texts[3]);
  await bar().waitFor();
  const path = pathOf();
  await admin.evaluate(() => history.back());
  await admin.waitForTimeout(500);
  expect(pathOf()).toBe(path);
  expect(await fieldOf(name).inputValue()).toBe(texts[3]);
  await leaveWithin();
  await admin.getByText("Leave page with unsaved changes?").waitFor();
  await admin.getByRole("button", { name: "Cancel" }).click();
  expect(await fieldOf(name).inputValue()).toBe(texts[3]);
  await leaveWithin();
  await admin.getByRole("button", { name: "Leave page" }).click();
  await app().getByRole("heading", { name: "Customers" }).waitFor();
});

test("refused settings stay with the save bar, and the fault disappears when it is corrected", async () => {
  await open("/app/settings");
  const days = fieldOf("settings");
  await days.fill("99");
  await save();
  await app().getByText("Enter 30 or less").waitFor();
  expect(await bar().isVisible()).toBe(true);
  expect(await days.inputValue()).toBe("99");
  await days.fill("9");
  await app().getByText("Enter 30 or less").waitFor({ state: "detached" });
  await saved();
  await admin.getByText("Saved", { exact: true }).waitFor();
});
