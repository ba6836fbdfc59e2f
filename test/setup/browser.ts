// Starts a real Chromium: the system's if there is one, else the one of the package registry.

import { existsSync } from "node:fs";
import chromium from "@sparticuz/chromium";
import { chromium as playwright, type Browser, type BrowserContext, type Page } from "playwright-core";
import { unpackChromium } from "./chromium.ts";

const SYSTEM = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
];
/** Shopify's library refuses a user agent that contains "Headless". */
const USER_AGENT =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36";
/**
 * Flags for small functions in a cloud. With them all pages share one process, and the browser allows what a merchant's browser
 * refuses.
 */
const UNWANTED = new Set([
  "--single-process",
  "--no-zygote",
  "--disable-web-security",
  "--allow-running-insecure-content",
  "--disable-site-isolation-trials",
  "--disable-features=AudioServiceOutOfProcess,IsolateOrigins,site-per-process",
]);
export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };

export type OpenBrowser = {
  browser: Browser;
  /** A new visitor without cookies, who reaches only loopback addresses. */
  newContext(options?: { viewport?: { width: number; height: number } }): Promise<BrowserContext>;
  newPage(options?: { viewport?: { width: number; height: number } }): Promise<Page>;
  /** Texts of console.error, exceptions and refused URLs on the pages, in order. */
  problems: string[];
  close(): Promise<void>;
};

/** As long as other waits of the tests. A page that is ready in time costs nothing. */
const PAGE_TIMEOUT_MS = 60_000;

async function launch(): Promise<Browser> {
  const system = SYSTEM.find((path) => existsSync(path));
  if (system) return playwright.launch({ executablePath: system, args: ["--no-sandbox"], headless: true });
  const args = chromium.args.filter((arg) => !UNWANTED.has(arg));
  const { executablePath, env } = await unpackChromium();
  return playwright.launch({ executablePath, env, args, headless: true });
}

const isLoopback = (url: URL): boolean =>
  /^(127\.0\.0\.1|localhost|.*\.localhost)$/.test(url.hostname) || !url.protocol.startsWith("http");

/** Without a network, fonts and pictures of Shopify's CDN fail. Such a failure is not a problem of the page. */
const isExpected = (address: string): boolean => address.startsWith("https://cdn.shopify.com/");

/**
 * True for a request that the page aborted because a newer request replaced it. The router does not catch the rejection, and logs it by
 * console.error if the answer had begun to arrive.
 */
const wasGivenUp = (text: string): boolean => text.startsWith("AbortError");

export async function openBrowser(): Promise<OpenBrowser> {
  const browser = await launch();
  const problems: string[] = [];

  function watch(page: Page): void {
    page.on("console", (message) => {
      const from = message.location().url;
      if (message.type() === "error" && !isExpected(from) && !wasGivenUp(message.text()))
        problems.push(`${message.text()} (${from})`);
    });
    page.on("pageerror", (error) => {
      if (!wasGivenUp(error.name)) problems.push(error.stack ?? error.message);
    });
  }

  async function newContext({
    viewport = DESKTOP,
  }: { viewport?: { width: number; height: number } } = {}): Promise<BrowserContext> {
    const context = await browser.newContext({ viewport, userAgent: USER_AGENT });
    context.setDefaultTimeout(PAGE_TIMEOUT_MS);
    context.on("page", watch);
    await context.route(
      (url) => !isLoopback(url),
      (route) => {
        const address = route.request().url();
        if (!isExpected(address)) problems.push(`refused ${address}`);
        return route.abort();
      },
    );
    return context;
  }

  return {
    browser,
    problems,
    newContext,
    newPage: async (options) => (await newContext(options)).newPage(),
    close: () => browser.close(),
  };
}
