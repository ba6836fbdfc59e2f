// Pages of work in progress update by themselves. Pages of ended objects cannot be edited.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { openBrowserApp, type BrowserApp } from "../demo/people/browser-app.ts";
import { setFaults } from "../dev-store/faults.ts";
import { addShop } from "../dev-store/store.ts";
import { DESKTOP, openBrowser, type OpenBrowser } from "../setup/browser.ts";
import { startStack, urlsOfTest, type Stack } from "../setup/stack.ts";
import { inspectPage } from "./inspect-page.ts";

const PASSES_MS = 90_000;

let stack: Stack;
let browser: OpenBrowser;

beforeAll(async () => {
  // Without a worker, all work stays in progress.
  stack = await startStack({ urls: urlsOfTest(), processes: "web" });
  const shop = addShop(stack.store, "passing.myshopify.com", { timeZone: "Europe/London", currency: "GBP" });
  shop.themeBlocks.push({ id: "b1", block: "theme/offer", template: "index", settings: {} });
  await stack.install(shop);
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await stack.stop();
});
afterEach(() => {
  expect(browser.problems.splice(0)).toEqual([]);
});

const openApp = async (path: string): Promise<BrowserApp> => {
  const opened = openBrowserApp(await browser.newPage(), stack.url);
  await opened.go(path);
  return opened;
};
const isShown = ({ app }: BrowserApp, text: string, within = 10_000) =>
  app.getByText(text, { exact: true }).filter({ visible: true }).first().waitFor({ timeout: within });
const atPath = (page: Page) => new URL(page.url()).pathname.replace(/^.*\/apps\/regulars/, "");

test("offers, segments and a plugin's job leave “Being published”, “Counting” and “Waiting to start” without a reload", async () => {
  const offer = await openApp("/app/offers/new?kind=percentage");
  await offer.app.getByRole("textbox", { name: /^Name/ }).first().fill("Summer");
  await offer.save("offers");
  await offer.app.getByRole("button", { name: "Publish", exact: true }).first().click();
  const segment = await openApp("/app/segments/new?template=regulars");
  await segment.save("segments");
  const plugin = await openApp("/app/plugins/loyalty");
  await plugin.app.getByRole("button", { name: /^Run now/ }).click();
  const passing = [
    { seen: offer, now: "Being published", then: /^Active$/ },
    { seen: await openApp("/app/offers"), now: "Being published", then: /^Active$/ },
    { seen: segment, now: "Counting", then: /^Up to date$/ },
    { seen: await openApp("/app/segments"), now: "Counting", then: /^Up to date$/ },
    { seen: plugin, now: "Waiting to start", then: /^Last run .*took/ },
  ];
  for (const { seen, now } of passing) await isShown(seen, now);
  const opened = passing.map(({ seen }) => atPath(seen.page));
  let loads = 0;
  for (const { seen } of passing) seen.page.on("framenavigated", () => (loads += 1));

  stack.worker = await stack.startWorker();
  for (const { seen, then } of passing)
    await seen.app.getByText(then).filter({ visible: true }).first().waitFor({ timeout: PASSES_MS });
  for (const { seen, now } of passing) expect(await seen.app.getByText(now, { exact: true }).count(), now).toBe(0);
  expect(passing.map(({ seen }) => atPath(seen.page))).toEqual(opened);
  // The list's tabs have the names of its badges.
  const tabs = passing[1]?.seen.app.getByRole("tab");
  expect(await tabs?.allInnerTexts()).toEqual([expect.stringMatching(/^All/), expect.stringMatching(/^Active/)]);
  expect(loads).toBe(0);
});

test("while Shopify does not answer, a waiting offer shows the last try and the next try, until it is published", async () => {
  const { app, page } = await openApp("/app/offers/new?kind=percentage");
  await app.getByRole("textbox", { name: /^Name/ }).first().fill("Spring");
  await page.locator("#save-bar-save").click();
  await app.getByRole("button", { name: "Publish", exact: true }).waitFor();
  setFaults(stack.store, "admin", [{ kind: "5xx", share: 1, milliseconds: 0 }]);
  await app.getByRole("button", { name: "Publish", exact: true }).click();
  await app
    .getByText(/^Shopify didn't answer\. Last tried on .+\. The app (tries again on|is trying again)/)
    .waitFor({ timeout: PASSES_MS });
  await app.getByText("Being published", { exact: true }).waitFor();
  expect(await inspectPage(page, "offer-waits")).toEqual([]);
  await page.setViewportSize(DESKTOP);
  setFaults(stack.store, "admin", []);
  await app.getByText("Active", { exact: true }).waitFor({ timeout: PASSES_MS });
  expect(await app.getByText(/^Shopify didn't answer/).count()).toBe(0);
});

test("the page of an ended offer shows the offer without inputs, and the merchant can copy it", async () => {
  const { app, page, go } = await openApp("/app/offers/new?kind=percentage");
  await app.getByRole("textbox", { name: /^Name/ }).first().fill("Winter");
  await app.getByLabel("Percentage").fill("15");
  await page.locator("#save-bar-save").click();
  await app.getByRole("button", { name: "Publish", exact: true }).first().click();
  await app.getByRole("button", { name: "End offer" }).click();
  await app.getByRole("dialog").getByRole("button", { name: "End offer" }).click();
  await app.getByText(/^This offer ended on /).waitFor();
  await app.getByText("Ended", { exact: true }).waitFor({ timeout: PASSES_MS });
  await app.getByText("15%", { exact: true }).waitFor();
  expect(await app.locator("main input, main select, main textarea").count()).toBe(0);
  expect(await inspectPage(page, "offer-ended")).toEqual([]);
  await page.setViewportSize(DESKTOP);
  const ended = atPath(page);
  await app.getByRole("button", { name: "Duplicate" }).click();
  await app.getByRole("heading", { name: "Copy of Winter" }).waitFor();
  expect(await app.getByLabel("Percentage").inputValue()).toBe("15");
  await go(ended);
  await app.getByRole("heading", { name: "Winter", exact: true }).waitFor();
});

test("before a segment is archived its page lists what uses it; afterwards the page shows it as archived, with a button to restore it", async () => {
  const { app, page, go } = await openApp("/app/segments/new?template=win_back");
  await page.locator("#save-bar-save").click();
  await app.getByRole("button", { name: "Archive" }).waitFor();
  const segment = atPath(page);
  await go("/app/offers/new?kind=message");
  await app.getByRole("textbox", { name: /^Name/ }).first().fill("Come back");
  await app.getByLabel("Segment", { exact: true }).selectOption(segment.split("/").at(-1) ?? "");
  await page.locator("#save-bar-save").click();
  await app.getByRole("button", { name: "Publish", exact: true }).waitFor();
  await go(segment);
  const dialog = app.getByRole("dialog");
  await app.getByRole("button", { name: "Archive" }).click();
  await dialog.getByText("“Win back” is in use").waitFor();
  expect(await dialog.getByRole("button", { name: "Archive" }).count()).toBe(0);
  expect(await inspectPage(page, "segment-in-use")).toEqual([]);
  await page.setViewportSize(DESKTOP);
  await dialog.getByRole("link", { name: "Offer: Come back" }).click();
  await app.getByRole("button", { name: "Delete" }).click();
  await dialog.getByRole("button", { name: "Delete" }).click();
  await app.getByText("“Come back” was deleted").waitFor();
  await go(segment);
  await app.getByRole("button", { name: "Archive" }).click();
  await dialog.getByRole("button", { name: "Archive" }).click();
  await app.getByText("“Win back” was archived").waitFor();
  await go(segment);
  await app.getByText("Archived", { exact: true }).waitFor();
  expect(await inspectPage(page, "segment-archived")).toEqual([]);
  await page.setViewportSize(DESKTOP);
  await app.getByRole("button", { name: "Restore Win back" }).click();
  await app
    .getByRole("button", { name: "View customers" })
    .or(app.getByRole("link", { name: "View customers" }))
    .waitFor();
});

test("a segment and a survey that use a plugin which is off name the plugin and link to its page", async () => {
  const gold = `/app/segments/new?${new URLSearchParams({ name: "Gold", query: "loyalty_tier = 'GOLD'" })}`;
  const { app, page, go, save } = await openApp(gold);
  const segment = await save("segments");
  await go("/app/surveys/new?template=nps");
  const survey = await save("surveys");
  const turnOff = async (plugin: string) => {
    await go(`/app/plugins/${plugin}`);
    await app.getByRole("button", { name: "Turn off" }).click();
    await app.getByRole("dialog").getByRole("button", { name: "Turn off" }).click();
    await app.getByText("Off", { exact: true }).waitFor();
  };
  const look = async (path: string, name: string) => {
    await expect
      .poll(async () => (await go(path), app.getByText(/because the plugin “.+” is turned off/).count()), {
        timeout: PASSES_MS,
      }) // prettier-ignore
      .toBeGreaterThan(0);
    expect(await inspectPage(page, name)).toEqual([]);
    await page.setViewportSize(DESKTOP);
  };
  await turnOff("loyalty");
  await look(segment, "segment-off");
  await app.getByRole("link", { name: "Open Loyalty tiers" }).click();
  await app.getByRole("button", { name: "Turn on" }).click();
  await app.getByText("On", { exact: true }).waitFor();
  await turnOff("question-kinds");
  await look(survey, "survey-off");
});
