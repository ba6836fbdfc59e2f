// Inspects a page: accessibility faults that axe finds, sideways scrolling, raw codes, and a screenshot.
import fs from "node:fs";
import path from "node:path";
import axe from "axe-core";
import type { Frame, Page } from "playwright-core";
import { DESKTOP, PHONE } from "../setup/browser.ts";
import { findRawWords, findRawWordsBehindButtons } from "./raw-words.ts";

export const SCREENSHOTS = path.resolve(import.meta.dirname, "../../.data/screenshots");
const TALLEST = 3000;
const SETTLE_MS = 150;

type Found = { id: string; impact?: string | null; nodes: { html: string; failureSummary?: string }[] };

/**
 * Returns the page's problems at desktop and phone width as sentences, and saves `NAME-desktop.png` and `NAME-phone.png`.
 * `isRaw`: the page is for developers and may show codes.
 */
export async function inspectPage(page: Page, name: string, { isRaw = false } = {}): Promise<string[]> {
  const faults: string[] = [];
  for (const [width, viewport] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
    await page.setViewportSize(viewport);
    await page.waitForTimeout(SETTLE_MS);
    const told = (fault: string) => `${name}, ${width}: ${fault}`;
    for (const frame of page.frames()) {
      if (frame.isDetached() || !/^https?:/.test(frame.url())) continue;
      faults.push(...(await findBarriers(frame)).map(told), ...(await findOverflow(frame)).map(told));
      if (!isRaw) faults.push(...(await findRawWords(frame)).map(told));
    }
    await takePicture(page, `${name}-${width}`, viewport);
    const app = page.frames().find((frame) => frame.name() === "app-iframe");
    if (app && !isRaw) faults.push(...(await findRawWordsBehindButtons(app)).map(told));
  }
  return faults;
}

async function findBarriers(frame: Frame): Promise<string[]> {
  await frame.evaluate(axe.source);
  const violations = (await frame.evaluate(
    `axe.run(document, { iframes: false, resultTypes: ["violations"] }).then(({ violations }) => violations)`,
  )) as Found[];
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(
      ({ id, impact, nodes }) =>
        `${impact} ${id} in ${nodes
          .slice(0, 3)
          .map(({ html }) => html.slice(0, 200))
          .join(" | ")}`,
    );
}

/** Parts such as wide tables may scroll by themselves. The page may not. */
const findOverflow = (frame: Frame): Promise<string[]> =>
  frame.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth + 1) return [];
    const wide = [...document.querySelectorAll("body *")].filter((element) => {
      const { right, width } = element.getBoundingClientRect();
      return width > 0 && right > clientWidth + 1;
    });
    const names = wide.slice(-3).map((element) => element.outerHTML.slice(0, 160));
    return [`scrolls sideways, ${scrollWidth} of ${clientWidth} pixels: ${names.join(" | ")}`];
  });

/** Takes a screenshot of the whole page, including the page in the admin's frame. */
async function takePicture(page: Page, name: string, viewport: { width: number; height: number }): Promise<void> {
  fs.mkdirSync(SCREENSHOTS, { recursive: true });
  const app = page.frames().find((frame) => frame.name() === "app-iframe");
  const hidden = app
    ? await app.evaluate(() => document.documentElement.scrollHeight - document.documentElement.clientHeight)
    : 0;
  if (hidden > 0) {
    await page.setViewportSize({ ...viewport, height: Math.min(TALLEST, viewport.height + hidden) });
    await page.waitForTimeout(SETTLE_MS);
  }
  await page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`), fullPage: true });
}
