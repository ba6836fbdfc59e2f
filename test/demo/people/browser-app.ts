// The app in the admin's frame, in a real browser. Pages are opened by the admin's menu, as a merchant opens them.
import type { Frame, FrameLocator, Page } from "playwright-core";
import { APP_ROOT } from "./merchant.ts";
import { readPage, type WebPage } from "./web-page.ts";

const FRAME = "iframe[name=app-iframe]";

export type BrowserApp = {
  page: Page;
  app: FrameLocator;
  go(path: string): Promise<void>;
  read(path: string): Promise<WebPage>;
  /** Presses Save in the admin's save bar. Returns the path of the object that was saved in the section. */
  save(section: string): Promise<string>;
};

export function openBrowserApp(page: Page, origin: string): BrowserApp {
  const app = page.frameLocator(FRAME);

  function frame(): Frame {
    const found = page.frames().find((one) => one.name() === "app-iframe");
    if (!found) throw new Error(`the admin frames nothing at ${page.url()}`);
    return found;
  }

  const at = (): string => {
    const { pathname, search } = new URL(page.url());
    return pathname.startsWith(APP_ROOT) ? pathname.slice(APP_ROOT.length) + search : "";
  };

  /** Opens a page by the admin's menu if the menu has it, else by its address. */
  async function go(path: string): Promise<void> {
    const link = page.locator(`[data-app-menu] a[data-href="${path}"]`).first();
    const byMenu = at() !== path && at() !== "" && (await link.isVisible());
    if (byMenu) {
      await link.click();
      await page.waitForURL((url) => url.pathname + url.search === APP_ROOT + path);
    } else await page.goto(`${origin}${APP_ROOT}${path}`);
    // A section's page has the title of its menu item.
    const title = byMenu ? { hasText: await link.innerText() } : {};
    await app.locator("main h1", title).first().waitFor();
    await frame().waitForFunction(isHydrated);
  }

  async function read(path: string): Promise<WebPage> {
    await go(path);
    return readPage(frame().url(), 200, await frame().content());
  }

  async function save(section: string): Promise<string> {
    await page.locator("#save-bar-save").click();
    await page.waitForURL((url) => new RegExp(`/app/${section}/(?!new)[\\w-]+$`).test(url.pathname));
    await page.locator("#save-bar").waitFor({ state: "hidden" });
    return at();
  }

  return { page, app, go, read, save };
}

/** True once React has hydrated the page, so that the page handles clicks. */
const isHydrated = (): boolean =>
  Object.keys(document.querySelector("main") ?? {}).some((name) => name.startsWith("__reactProps"));
