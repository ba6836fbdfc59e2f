// All pages, each with the steps that open it. They are opened after the story has filled the store.
import type { Page } from "playwright-core";
import type { BrowserMerchant } from "../demo/people/browser-merchant.ts";
import type { Notes } from "../demo/story/step.ts";
import { DESKTOP } from "../setup/browser.ts";
import { OFFER } from "../demo/story/prepare.ts";

type OpenAdminPage = (merchant: BrowserMerchant, notes: Notes) => Promise<void>;

const plainPage =
  (path: string): OpenAdminPage =>
  ({ go }) =>
    go(path);

/** Types a query into the editor of a new segment. */
const withQuery =
  (query: string, seen: RegExp): OpenAdminPage =>
  async ({ go, app, page }) => {
    await go("/app/segments/new");
    await app.locator(".cm-content").click();
    await page.keyboard.insertText(query);
    await app.getByText(seen).first().waitFor();
    await page.keyboard.press("Escape");
  };

/** A page of the app with an open dialog. */
const withDialog =
  (open: OpenAdminPage, button: string, asked: RegExp): OpenAdminPage =>
  async (merchant, notes) => {
    // On a phone the buttons are in a menu.
    await merchant.page.setViewportSize(DESKTOP);
    await open(merchant, notes);
    await merchant.app.getByRole("button", { name: button, exact: true }).first().click();
    await merchant.app.getByText(asked).first().waitFor();
  };

const openOffer: OpenAdminPage = async ({ go, app }) => {
  await go("/app/offers");
  await app.getByRole("link", { name: OFFER.name }).click();
  await app.getByText("Shopper preview").waitFor();
};

export const adminPages: Record<string, OpenAdminPage> = {
  "admin-home": plainPage("/app"),
  "admin-customers": plainPage("/app/customers"),
  "admin-customer": ({ go }, { profile }) => go(profile),
  "admin-customer-timeline": async ({ go, app }, { profile }) => {
    await go(profile);
    await app.getByRole("button", { name: "Filter events", exact: true }).click();
    await app.getByText("Segments entered").waitFor();
  },
  "admin-segments": plainPage("/app/segments"),
  "admin-segment": ({ go }, { segment }) => go(segment),
  "admin-segment-dialog": withDialog(
    ({ go }, { segment }) => go(segment),
    "Archive",
    /removed from your lists|^To archive this/,
  ),
  "admin-segment-builder": async ({ go, app }, { segment }) => {
    await go(segment);
    await app.getByRole("tab", { name: "Builder" }).click();
    await app.getByText("of all").first().waitFor();
  },
  "admin-segment-preview": withQuery("amount_spent > 100", /of all customers/),
  "admin-segment-fault": withQuery("number_of_orders >= 'three'", /Line 1/),
  "admin-offers": plainPage("/app/offers"),
  "admin-offer": openOffer,
  "admin-offer-dialog": withDialog(openOffer, "Delete", /^Delete “/),
  "admin-offer-new": plainPage("/app/offers/new"),
  "admin-surveys": plainPage("/app/surveys"),
  "admin-survey": ({ go }, { survey }) => go(survey),
  "admin-survey-dialog": withDialog(({ go }, { survey }) => go(survey), "Delete", /^Delete “|has responses$/),
  "admin-survey-results": ({ go }, { survey }) => go(`${survey}/results`),
  "admin-sync": plainPage("/app/sync"),
  "admin-plugins": plainPage("/app/plugins"),
  "admin-plugin": plainPage("/app/plugins/loyalty"),
  "admin-plugin-dialog": withDialog(plainPage("/app/plugins/loyalty"), "Turn off", /^Turn off “/),
  "admin-settings": plainPage("/app/settings"),
  "admin-nothing": plainPage("/app/nothing"),
  "admin-missing": async ({ page }) => {
    await page.goto(page.url().replace(/\/app\/.*/, "/app/customers/1"));
    await page.waitForLoadState("networkidle");
  },
};

export const storePages: Record<string, (page: Page, origin: string) => Promise<unknown>> = {
  "store-home": (page, origin) => page.goto(`${origin}/`),
  "store-home-gujarati": (page, origin) => page.goto(`${origin}/?locale=gu`),
  "store-product": (page, origin) => page.goto(`${origin}/products/assam-second-flush`),
  "store-cart": async (page, origin) => {
    await page.goto(`${origin}/products/assam-second-flush`);
    await page.getByRole("button", { name: "Add to cart" }).click();
    await page.getByRole("heading", { name: "Your cart" }).waitFor();
  },
  "store-account": (page, origin) => page.goto(`${origin}/account`),
  "store-checkout": async (page, origin) => {
    await page.goto(`${origin}/products/assam-second-flush`);
    await page.getByRole("button", { name: "Add to cart" }).click();
    await page.getByRole("button", { name: "Check out" }).click();
    await page.getByLabel("Discount code").fill(OFFER.code);
    await page.getByRole("button", { name: "Apply" }).click();
    await page.locator("#discount").waitFor();
  },
  "control-page": (page, origin) => page.goto(`${origin}/control`),
};
