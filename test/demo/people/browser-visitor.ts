// A visitor with a real browser, who fills in forms and clicks buttons.
import type { Locator, Page } from "playwright-core";
import type { Visitor } from "./visitor.ts";
import { readPage, type WebPage } from "./web-page.ts";

export function openBrowserVisitor(page: Page, origin: string): Visitor {
  let status = 200;
  const look = async (): Promise<WebPage> => readPage(page.url(), status, await page.content());

  return {
    page: look,
    async open(path) {
      const response = await page.goto(new URL(path, origin).href);
      status = response?.status() ?? 200;
      const isPage = response?.headers()["content-type"]?.includes("html") ?? true;
      return isPage || !response ? look() : readPage(page.url(), status, await response.text());
    },
    async submit(selector, fields = {}, button) {
      const form = page.locator(selector).first();
      const id = await form.getAttribute("id");
      const of = (what: string): Locator => page.locator(`${selector} ${what}${id ? `, ${what}[form="${id}"]` : ""}`);
      for (const [name, value] of Object.entries(fields)) await fillIn(of(`[name="${name}"]`), value);
      const [loaded] = await Promise.all([
        page.waitForResponse((response) => response.request().isNavigationRequest() && !isRedirect(response.status())),
        buttonOf(of, button).first().click(),
      ]);
      status = loaded.status();
      await page.waitForLoadState();
      return look();
    },
    cookies: async () => (await page.context().cookies()).map(({ name, value }) => ({ name, value })),
    close: () => page.context().close(),
  };
}

const isRedirect = (status: number): boolean => status >= 300 && status < 400;

function buttonOf(of: (what: string) => Locator, asked: string | undefined): Locator {
  if (asked === undefined) return of("button");
  const [, name, value] = /^(\w+)=(\w+)$/.exec(asked) ?? [];
  return name ? of(`button[name="${name}"][value="${value}"]`) : of("button").filter({ hasText: asked });
}

async function fillIn(field: Locator, value: string | string[]): Promise<void> {
  if (!Array.isArray(value)) {
    const isChoice = await field.first().evaluate((element) => element.tagName === "SELECT");
    await (isChoice ? field.first().selectOption(value) : field.first().fill(value));
    return;
  }
  for (const box of await field.all()) await box.setChecked(value.includes((await box.getAttribute("value")) ?? ""));
}
