// Plays the story by clicking in the framed admin, the storefront and the checkout. Then inspects every page.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { connectionUrls } from "../../prisma/urls.ts";
import { openBrowserMerchant, type BrowserMerchant } from "../demo/people/browser-merchant.ts";
import { openBrowserVisitor } from "../demo/people/browser-visitor.ts";
import { openShopper } from "../demo/people/shopper.ts";
import { give } from "../demo/people/thank-you.ts";
import { playStep, STORY } from "../demo/story/play.ts";
import { switchBlocksOn } from "../demo/story/arrive.ts";
import { setStage, type Stage } from "../demo/story/stage.ts";
import { openBrowser, type OpenBrowser } from "../setup/browser.ts";
import { buildIfStale } from "../setup/build-if-stale.ts";
import { inspectPage } from "./inspect-page.ts";
import { adminPages, storePages } from "./pages.ts";

const TIMEOUT_MS = 60_000;
const LEAVING = STORY.findIndex(({ name }) => name === "uninstall");

let browser: OpenBrowser;
let stage: Stage;
let merchant: BrowserMerchant;

beforeAll(async () => {
  buildIfStale();
  browser = await openBrowser();
  const urls = connectionUrls({ ...process.env, DATABASE_URL: process.env["DATABASE_URL"] ?? "" });
  stage = await setStage({
    urls,
    customers: 300,
    timeoutMs: TIMEOUT_MS,
    // A browser needs a while to open the sync page, so the history takes longer here and is still in progress.
    bulkStart: 1500,
    cast: async ({ url }) => {
      const newPage = async () => {
        const page = await browser.newPage();
        page.setDefaultTimeout(TIMEOUT_MS);
        return page;
      };
      merchant = openBrowserMerchant(await newPage(), url);
      return {
        merchant,
        shopper: async (person) => openShopper(person, openBrowserVisitor(await newPage(), url)),
      };
    },
  });
});
afterAll(async () => {
  await browser.close();
  await stage.close();
});
afterEach(() => {
  expect(browser.problems.splice(0)).toEqual([]);
});

let broken: string | null = null;

const playAll = (steps: typeof STORY) => {
  for (const step of steps) {
    it(step.name, async () => {
      if (broken) throw new Error(`The story broke off at “${broken}”.`);
      const played = await playStep(step, stage);
      if (!played.ok) broken = step.name;
      if (step.name === "uninstall") expect(browser.problems.splice(0)).toEqual([expect.stringContaining("404")]);
      expect(played.ok ? "" : played.reason, `${stage.stack.web.log()}\n${stage.stack.worker?.log()}`).toBe("");
    });
  }
};

describe("the story by clicking", () => playAll(STORY.slice(0, LEAVING)));

describe("every page reads well at desktop and phone width, to axe too", () => {
  for (const [name, open] of Object.entries(adminPages)) {
    it(name, async () => {
      await open(merchant, stage.scene.notes);
      expect(await inspectPage(merchant.page, name)).toEqual([]);
      // The browser reports the answer 404 itself.
      if (name === "admin-missing" || name === "admin-nothing")
        expect(browser.problems.splice(0)).toEqual([expect.stringContaining("404")]);
    });
  }
  for (const [name, open] of Object.entries(storePages)) {
    it(name, async () => {
      const page = await browser.newPage();
      await page
        .context()
        .addCookies((await stage.scene.buyer.visitor.cookies()).map((cookie) => ({ ...cookie, url: stage.stack.url })));
      await open(page, stage.stack.url);
      expect(await inspectPage(page, name, { isRaw: name === "control-page" })).toEqual([]);
      await page.context().close();
    });
  }
  it("thank-you page with the survey", async () => {
    const page = await browser.newPage();
    const buyer = openShopper(stage.scene.buyer, openBrowserVisitor(page, stage.stack.url));
    await page
      .context()
      .addCookies((await stage.scene.buyer.visitor.cookies()).map((cookie) => ({ ...cookie, url: stage.stack.url })));
    await buyer.goToCheckout("/products/assam-second-flush");
    await buyer.pay();
    const survey = page.frameLocator("iframe[data-extension=thank-you]");
    await survey.getByText("How likely are you to recommend us to a friend?").waitFor();
    expect(await inspectPage(page, "thank-you")).toEqual([]);
    await give(survey, { question: "How likely", tap: "10" });
    await survey.getByLabel("What is the main reason?").waitFor();
    expect(await inspectPage(page, "thank-you-why")).toEqual([]);
    await page.context().close();
  });
});

describe("what the admin reports about our blocks", () => {
  const attention = () => merchant.app.getByRole("heading", { name: "Needs attention" });
  const editor = 'form[action="/admin/themes/current/editor"]';
  it("an offer whose block was removed from the theme is reported on Home, with a link to add it again", async () => {
    await merchant.visitor.open("/admin/themes/current/editor");
    await merchant.visitor.submit(editor, { on: [] });
    await merchant.go("/app");
    await attention().waitFor();
    await merchant.app
      .getByText("Nobody sees this offer. Your theme doesn't have the “Personal offers” block here")
      .waitFor();
    await merchant.app.getByRole("link", { name: "Add block" }).first().waitFor();
    expect(await inspectPage(merchant.page, "admin-home-attention")).toEqual([]);
    await merchant.go("/app/offers");
    await merchant.app.getByText("Needs attention", { exact: true }).filter({ visible: true }).first().waitFor();
    expect(await inspectPage(merchant.page, "admin-offers-attention")).toEqual([]);
  });
  it("once the block is back, the offer is active again and Home needs no attention", async () => {
    await switchBlocksOn(merchant);
    await merchant.go("/app");
    await merchant.app.getByText("nothing needs your attention").waitFor();
    await merchant.go("/app/offers");
    await merchant.app.getByText("Active", { exact: true }).filter({ visible: true }).first().waitFor();
  });
  it("a comparison that the merchant starts ends with its result", async () => {
    await merchant.go("/app/sync");
    await merchant.app.getByRole("button", { name: "Compare now" }).click();
    await merchant.app.getByText(/Last compared with Shopify on .*: nothing was missing/).waitFor();
    expect(await inspectPage(merchant.page, "admin-sync-compared")).toEqual([]);
  });
});

describe("the app is uninstalled", () => playAll(STORY.slice(LEAVING)));
