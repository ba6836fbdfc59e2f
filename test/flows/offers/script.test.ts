// The block's only script, run as in a browser: it hides an offer that the shopper closes, and remembers that only where the
// shopper allowed preferences. It publishes which offers are seen and clicked.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { JSDOM } from "jsdom";
import { expect, it } from "vitest";

const script = readFileSync("extensions/theme/assets/offer.js", "utf8");
const inCard = /<script>[\s\S]*?<\/script>/.exec(
  readFileSync("extensions/theme/snippets/offer-card.liquid", "utf8"),
)?.[0];
const card = (id: string) => `<section class="regulars-offer" data-regulars-offer="${id}">${inCard}
  <button data-regulars-copy="THANKS" data-regulars-copied="Copied">Copy</button><a class="regulars-offer__action">Go</a>
  <button data-regulars-dismiss>x</button></section>`;

type Entry = { target: Element; intersectionRatio: number };

/** A page on which preferences are allowed or refused. Null: unknown. */
function open(allowed: boolean | null, kept: string | null = null) {
  let tell: (entries: Entry[]) => void = () => undefined;
  class Observer {
    constructor(told: typeof tell) {
      tell = told;
    }
    observe() {}
  }
  const { window } = new JSDOM(`<head></head><body>${card("one")}${card("two")}</body>`, {
    runScripts: "dangerously",
    url: "https://shop.example/",
    beforeParse: ({ localStorage }) => {
      if (kept !== null) localStorage.setItem("regulars.closed", kept);
    },
  });
  Object.assign(window, { IntersectionObserver: Observer });
  const copied: string[] = [];
  Object.assign(window.navigator, { clipboard: { writeText: async (text: string) => void copied.push(text) } });
  if (allowed !== null)
    Object.assign(window, {
      Shopify: {
        loadFeatures: (_: unknown, done: () => void) => done(),
        customerPrivacy: { preferencesProcessingAllowed: () => allowed },
      },
    });
  window.eval(script);
  const find = (id: string) => window.document.querySelector<HTMLElement>(`[data-regulars-offer=${id}]`);
  return {
    window,
    copied,
    isShown: (id: string) => find(id)?.hidden === false,
    press: (id: string, button: string) => find(id)?.querySelector<HTMLElement>(`[data-regulars-${button}]`)?.click(),
    kept: () => window.localStorage.getItem("regulars.closed"),
    /** So much of the card is in view from now on. */
    scroll: (id: string, share: number) =>
      tell(
        [...window.document.querySelectorAll(`[data-regulars-offer=${id}]`)].map((target) => ({
          target,
          intersectionRatio: share,
        })),
      ),
    /** Shopify's analytics are there from now on. Returns what is published. */
    analyse(more: object = {}) {
      const published: [string, object][] = [];
      const shopify = (window as { Shopify?: object }).Shopify;
      const analytics = { publish: (name: string, data: object) => void published.push([name, data]) };
      Object.assign(window, { Shopify: { ...shopify, analytics, ...more } });
      return published;
    },
  };
}

const after = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const seenAs = (offer: string) => ["regulars:offer_seen", { offer }];
const clickedAs = (offer: string) => ["regulars:offer_clicked", { offer }];

it("a closed offer disappears at once, and stays closed on the next page if the shopper allowed preferences", () => {
  const first = open(true);
  first.press("one", "dismiss");
  expect([first.isShown("one"), first.isShown("two")]).toEqual([false, true]);
  expect(first.kept()).toBe('["one"]');
  const next = open(true, '["one"]');
  expect([next.isShown("one"), next.isShown("two")]).toEqual([false, true]);
});

it("without consent, or where consent is unknown, the offer is closed for this page only and nothing is stored", () => {
  for (const allowed of [false, null]) {
    const page = open(allowed);
    page.press("one", "dismiss");
    expect(page.isShown("one")).toBe(false);
    expect(page.kept()).toBeNull();
  }
});

it("stored closed offers are deleted when the shopper withdraws consent", () => {
  const page = open(true, '["one"]');
  const told = new page.window.CustomEvent("visitorConsentCollected", { detail: { preferencesAllowed: false } });
  page.window.document.dispatchEvent(told);
  expect(page.kept()).toBeNull();
});

it("the code is copied, and the button says so", async () => {
  const page = open(null);
  page.press("one", "copy");
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(page.copied).toEqual(["THANKS"]);
  expect(page.window.document.querySelector("[data-regulars-copy]")?.textContent).toBe("Copied");
});

it("where the browser refuses the clipboard or has none, the code is selected, so that the shopper can copy it", async () => {
  for (const clipboard of [undefined, { writeText: () => Promise.reject(new Error("refused")) }]) {
    const page = open(null);
    Object.assign(page.window.navigator, { clipboard });
    const code = page.window.document.createElement("code");
    code.textContent = "THANKS";
    page.window.document.querySelector("[data-regulars-copy]")?.before(code);
    page.press("one", "copy");
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(String(page.window.getSelection())).toBe("THANKS");
    expect(page.window.document.querySelector("[data-regulars-copy]")?.textContent).toBe("Copy");
  }
});

it("a damaged store of closed offers breaks nothing", () => {
  const page = open(true, "{not json");
  expect(page.isShown("two")).toBe(true);
  page.press("two", "dismiss");
  expect(page.isShown("two")).toBe(false);
  expect(page.kept()).toBe('["two"]');
});

it("an offer whose card is half in view for a second is published as seen, once a page, and a glimpse is not", async () => {
  const page = open(null);
  const published = page.analyse();
  page.scroll("one", 0.5);
  page.scroll("two", 0.9);
  await after(500);
  page.scroll("two", 0);
  await after(700);
  expect(published).toEqual([seenAs("one")]);
  page.scroll("one", 0);
  page.scroll("one", 1);
  await after(1100);
  expect(published).toEqual([seenAs("one")]);
});

it("what happens before Shopify's analytics are there is published when they are", async () => {
  const page = open(null);
  page.press("two", "copy");
  await after(300);
  const published = page.analyse();
  await after(600);
  expect(published).toEqual([clickedAs("two")]);
});

it("a copied code and a followed link are published as clicks, and a closed offer is not", async () => {
  const page = open(null);
  const published = page.analyse();
  page.press("one", "copy");
  page.window.document.querySelectorAll<HTMLElement>(".regulars-offer__action")[1]?.click();
  page.press("two", "dismiss");
  expect(published).toEqual([clickedAs("one"), clickedAs("two")]);
  expect(page.isShown("one")).toBe(true);
});

it("in the theme editor, in a preview and in a theme that is not live nothing is published", async () => {
  for (const more of [{ designMode: true }, { visualPreviewMode: true }, { theme: { role: "unpublished" } }]) {
    const page = open(null);
    const published = page.analyse(more);
    page.press("one", "copy");
    page.scroll("two", 1);
    await after(1100);
    expect(published).toEqual([]);
  }
  const live = open(null);
  const published = live.analyse({ theme: { role: "main" } });
  live.press("one", "copy");
  expect(published).toEqual([clickedAs("one")]);
});

it("the script is smaller than 1.5 kilobytes", () => {
  expect(gzipSync(script, { level: 9 }).length).toBeLessThan(1536);
});
