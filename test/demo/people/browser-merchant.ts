// A merchant with a real browser, who clicks and types in the app's pages.
import type { Page } from "playwright-core";
import { openBrowserApp, type BrowserApp } from "./browser-app.ts";
import { openBrowserVisitor } from "./browser-visitor.ts";
import { idIn, type Merchant } from "./merchant.ts";

export type BrowserMerchant = Merchant & BrowserApp;

export function openBrowserMerchant(page: Page, origin: string): BrowserMerchant {
  const framed = openBrowserApp(page, origin);
  const { app, go, save } = framed;
  return {
    ...framed,
    visitor: openBrowserVisitor(page, origin),
    async createSegment({ name, query }) {
      await go("/app/segments");
      await app.getByRole("link", { name: "Create segment" }).first().click();
      await app.getByRole("textbox", { name: /^Name/ }).fill(name);
      const editor = app.locator(".cm-content");
      await editor.click();
      await page.keyboard.insertText(query);
      await app
        .getByText(/customers?, .+ of all/)
        .first()
        .waitFor();
      return save("segments");
    },
    async createOffer({ name, segment, percent, code, title, text }) {
      await go("/app/offers");
      await app.getByRole("link", { name: "Create offer" }).first().click();
      await app.getByRole("textbox", { name: /^Name/ }).fill(name);
      await app.getByLabel("Discount percentage").fill(String(percent));
      await app.getByLabel("Method").selectOption({ label: "Discount code" });
      await app.getByRole("textbox", { name: "Discount code" }).fill(code);
      await app.getByLabel("Segment", { exact: true }).selectOption(idIn(segment.path));
      for (const place of ["Home page", "Product pages", "Cart", "Customer account"])
        await app.getByRole("checkbox", { name: place }).check();
      await app.getByRole("textbox", { name: "Title" }).fill(title);
      await app.getByRole("textbox", { name: "Text" }).fill(text);
      const path = await save("offers");
      await app.getByRole("button", { name: "Publish" }).click();
      await app.getByRole("button", { name: "Pause" }).waitFor();
      return path;
    },
    async createSurvey({ name, handle, title, score, why }) {
      await go("/app/surveys");
      await app.getByRole("link", { name: "Use template: Would you recommend us?" }).click();
      await app.getByRole("textbox", { name: /^Name/ }).fill(name);
      await app.getByRole("textbox", { name: "Short name" }).first().fill(handle);
      await app.getByRole("textbox", { name: "Heading" }).fill(title);
      const questions = app.getByRole("textbox", { name: /^Question/ });
      await questions.nth(0).fill(score);
      await questions.nth(1).fill(why);
      const path = await save("surveys");
      await app.getByRole("button", { name: "Publish" }).click();
      await app.getByRole("button", { name: "End survey" }).waitFor();
      return path;
    },
  };
}
