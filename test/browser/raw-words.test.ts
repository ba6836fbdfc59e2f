// The search for raw codes finds each kind of code in every place, and ignores texts that are shown on purpose.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { openBrowser, type OpenBrowser } from "../setup/browser.ts";
import { findRawWords } from "./raw-words.ts";

let browser: OpenBrowser;
let page: Page;

beforeAll(async () => {
  browser = await openBrowser();
  page = await browser.newPage();
});
afterAll(() => browser.close());

const found = async (html: string) => {
  await page.setContent(`<title>Tea</title><body>${html}</body>`);
  return findRawWords(page.mainFrame());
};

test.each([
  ["a placeholder", "<p>Consent for {{channel}}: {{state}}</p>"],
  ["a program's word", '<button aria-label="undefined">Save</button>'],
  ["a program's number", "<p>NaN customers</p>"],
  ["an object", '<input placeholder="[object Object]">'],
  ["a code of Shopify", "<p>Email: SUBSCRIBED</p>"],
  ["a code with a line beneath", '<p title="NOT_SUBSCRIBED">Email</p>'],
  ["a code of a plugin", "<td>GOLD</td>"],
  ["an unrounded number", "<label>98.30425165888424%</label>"],
  ["a state of ours", "<span>draft</span>"],
  ["a name of the code's", "<span>Asked on thank_you</span>"],
  ["a key of a locale file", "<p>offers.attention.open</p>"],
  ["what is folded away", "<div hidden><table><tr><td>POISON_PILL {{x}}</td></tr></table></div>"],
])("%s is found", async (_name, html) => {
  expect(await found(html)).toHaveLength(1);
});

test("texts that people write, queries and code are ignored", async () => {
  expect(
    await found(`<p>SMS consent: Subscribed. A draft of 1,250.50 GBP, 12.5% of all.</p>
      <code>email_subscription_status = 'SUBSCRIBED'</code><div translate="no">number_of_orders >= 3</div>
      <p>'three' does not fit number_of_orders</p><p>Write to asha_patel@example.com</p>`),
  ).toEqual([]);
});
