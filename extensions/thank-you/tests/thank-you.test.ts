// @vitest-environment jsdom
/// <reference types="@shopify/ui-extensions/purchase.thank-you.block.render" />
import { readFileSync } from "node:fs";
import path from "node:path";
import { getExtension } from "@shopify/ui-extensions-tester";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { AskedQuestion, AskedSurvey, Submission } from "../../../app/surveys/wire.ts";

const extension = getExtension("purchase.thank-you.block.render");
const ORDER = "gid://shopify/OrderIdentity/1001";

const channel: AskedQuestion = {
  shape: "choice",
  multiple: false,
  handle: "channel",
  label: "Where did you hear of us?",
  optional: false,
  choices: [
    { value: "A friend", label: "મિત્ર" },
    { value: "Instagram", label: "Instagram" },
  ],
};
const reasons: AskedQuestion = { ...channel, multiple: true, handle: "reasons", label: "Why?" };
const score: AskedQuestion = {
  shape: "scale",
  from: 0,
  to: 10,
  low: "Not likely",
  high: "Very likely",
  handle: "score",
  label: "Would you recommend us?",
  optional: false,
};
const why: AskedQuestion = { shape: "text", maxLength: 2000, handle: "why", label: "What for?", optional: true };

const survey = (...questions: AskedQuestion[]): AskedSurvey => ({
  id: "6f6c0a57-2d0f-4a9e-9a1a-0a8b6b1f0d11",
  version: 3,
  since: 3,
  title: "One question",
  thanks: "Lovely.",
  submit: "",
  questions,
});

type Sent = Submission & { order: string };
let sent: Sent[];
let asked: { url: URL; authorization: string | null }[];
/** The status or the error for each sent answer, in order; 200 after the last. */
let replies: (number | Error)[];
/** Sent answers wait until `release` is called. */
let release: (() => void) | null;

function serve(survey: AskedSurvey | number | Error) {
  extension.fetch = async (input, init) => {
    asked.push({ url: new URL(String(input)), authorization: new Headers(init?.headers).get("authorization") });
    if (init?.method === "GET") {
      if (survey instanceof Error) throw survey;
      return typeof survey === "number" ? new Response(null, { status: survey }) : Response.json(survey);
    }
    if (release) await new Promise<void>((resolve) => (release = resolve));
    const reply = replies.shift() ?? 200;
    if (reply instanceof Error) throw reply;
    if (reply === 200) sent.push(JSON.parse(String(init?.body)) as Sent);
    return Response.json({ ok: reply === 200 }, { status: reply });
  };
}

const words = (file: string) =>
  JSON.parse(readFileSync(path.join(import.meta.dirname, "../locales", file), "utf8")) as Record<string, string>;

function speak(locale: string) {
  const said = words(locale === "en" ? "en.default.json" : `${locale}.json`);
  extension.shopify.localization.language.value.isoCode = locale;
  extension.shopify.i18n.translate = ((key: string, gaps: Record<string, unknown> = {}) =>
    Object.entries(gaps).reduce(
      (text, [name, value]) => text.replace(`{{${name}}}`, String(value)),
      said[key] ?? key,
    )) as typeof extension.shopify.i18n.translate;
}

beforeEach(() => {
  [sent, asked, replies, release] = [[], [], [], null];
  vi.stubEnv("APP_URL", "https://app.example.com");
  extension.setUp();
  extension.shopify.orderConfirmation.value.order.id = ORDER;
  extension.shopify.sessionToken.get = async () => "signed-token";
  speak("en");
});
afterEach(() => extension.tearDown());

const body = () => document.body.textContent;
const all = (selector: string) => [...document.body.querySelectorAll<HTMLElement>(selector)];
function button(label: string): HTMLElement {
  const found = all("s-button").find(({ textContent }) => textContent === label);
  if (!found) throw new Error(`no button ${label} in ${document.body.innerHTML}`);
  return found;
}
const isDisabled = (element: HTMLElement) => element.hasAttribute("disabled");
const tap = (label: string) => button(label).click();
const shows = (text: string) => vi.waitFor(() => expect(body()).toContain(text), { timeout: 60_000 });

function choose(values: string[]) {
  const list = document.body.querySelector("s-choice-list");
  Object.assign(list ?? {}, { values });
  list?.dispatchEvent(new Event("change"));
}
function write(text: string) {
  const area = document.body.querySelector("s-text-area");
  Object.assign(area ?? {}, { value: text });
  area?.dispatchEvent(new Event("input"));
}

test("a day is chosen in Shopify's own field, between two days, and sent as it is written", async () => {
  serve(survey({ shape: "date", from: "1900-01-01", to: null, handle: "born", label: "Born?", optional: false }));
  await extension.render();
  const field = document.body.querySelector("s-date-field");
  expect(field?.getAttribute("allow")).toBe("1900-01-01--");
  Object.assign(field ?? {}, { value: "1990-05-14" });
  field?.dispatchEvent(new Event("change"));
  await vi.waitFor(() => expect(isDisabled(all("s-button")[0] as HTMLElement)).toBe(false), { timeout: 60_000 });
  all("s-button")[0]?.click();
  await shows("Lovely.");
  expect(sent[0]?.answers).toEqual([{ question: "born", values: ["1990-05-14"] }]);
});

test("a day up to today is a day up to the customer's own today", async () => {
  serve(survey({ shape: "date", from: null, to: "today", handle: "born", label: "Born?", optional: false }));
  await extension.render();
  const now = new Date();
  const today = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0"));
  expect(document.body.querySelector("s-date-field")?.getAttribute("allow")).toBe(`--${today.join("-")}`);
});

test("a single choice takes one tap: the answer is sent with a session token and the order, and the shopper is thanked", async () => {
  serve(survey(channel));
  await extension.render();
  expect(all("s-heading").map(({ textContent }) => textContent)).toEqual(["One question"]);
  expect(body()).toContain("Where did you hear of us?");
  expect(body()).not.toContain("Question 1 of 1");
  tap("મિત્ર");
  await shows("Lovely.");
  expect(sent).toEqual([
    {
      survey: survey().id,
      version: 3,
      locale: "en",
      order: ORDER,
      answers: [{ question: "channel", values: ["A friend"] }],
    },
  ]);
  expect(asked.map(({ url }) => url.origin + url.pathname)).toEqual(
    Array.from({ length: 2 }, () => "https://app.example.com/checkout/survey"),
  );
  expect(asked[0]?.url.searchParams.get("order")).toBe(ORDER);
  expect(new Set(asked.map(({ authorization }) => authorization))).toEqual(new Set(["Bearer signed-token"]));
  expect(all("s-button")).toEqual([]);
});

test("a multiple choice can be sent once something is chosen, with all choices", async () => {
  serve(survey(reasons));
  await extension.render();
  expect(isDisabled(button("Send"))).toBe(true);
  choose(["A friend", "Instagram"]);
  await vi.waitFor(() => expect(isDisabled(button("Send"))).toBe(false), { timeout: 60_000 });
  tap("Send");
  await shows("Lovely.");
  expect(sent[0]?.answers).toEqual([{ question: "reasons", values: ["A friend", "Instagram"] }]);
});

test("a scale is eleven buttons between two words and takes one tap", async () => {
  serve(survey(score));
  await extension.render();
  expect(all("s-button").map(({ textContent }) => textContent)).toEqual("0 1 2 3 4 5 6 7 8 9 10".split(" "));
  expect(body()).toContain("Not likely");
  expect(body()).toContain("Very likely");
  tap("10");
  await shows("Lovely.");
  expect(sent[0]?.answers).toEqual([{ question: "score", values: ["10"] }]);
});

test("questions are asked one at a time, each answer is sent at once, and a text may be skipped", async () => {
  serve(survey(score, why));
  await extension.render();
  expect(body()).toContain("Question 1 of 2");
  expect(() => button("Skip")).toThrow();
  tap("7");
  await shows("Question 2 of 2");
  expect(sent.map(({ answers }) => answers)).toEqual([[{ question: "score", values: ["7"] }]]);
  tap("Skip");
  await shows("Lovely.");
  expect(sent).toHaveLength(1);
});

test("a text can be sent once it is not empty", async () => {
  serve(survey(why));
  await extension.render();
  write("   ");
  expect(isDisabled(button("Send"))).toBe(true);
  write("Fast delivery");
  await vi.waitFor(() => expect(isDisabled(button("Send"))).toBe(false), { timeout: 60_000 });
  tap("Send");
  await shows("Lovely.");
  expect(sent[0]?.answers).toEqual([{ question: "why", values: ["Fast delivery"] }]);
});

test("a shopper who skips every question is not thanked", async () => {
  serve(survey(why));
  await extension.render();
  tap("Skip");
  await vi.waitFor(() => expect(body()).toBe(""), { timeout: 60_000 });
  expect(sent).toEqual([]);
});

test("an answer that does not arrive is reported to the shopper, and may be sent again", async () => {
  serve(survey(channel));
  replies = [500, new Error("offline")];
  await extension.render();
  for (let attempt = 0; attempt < 2; attempt += 1) {
    tap("Instagram");
    await vi.waitFor(() => expect(asked).toHaveLength(attempt + 2), { timeout: 60_000 });
    await shows("Your answer did not arrive. Please try again.");
    await vi.waitFor(() => expect(isDisabled(button("Instagram"))).toBe(false), { timeout: 60_000 });
  }
  tap("Instagram");
  await shows("Lovely.");
  expect(body()).not.toContain("did not arrive");
  expect(sent).toHaveLength(1);
});

test("while an answer is being sent the buttons are disabled, and a second tap sends nothing", async () => {
  serve(survey(channel));
  release = () => undefined;
  await extension.render();
  tap("Instagram");
  tap("મિત્ર");
  await vi.waitFor(() => expect(all("s-button").every(isDisabled)).toBe(true), { timeout: 60_000 });
  await vi.waitFor(() => expect(asked).toHaveLength(2), { timeout: 60_000 });
  release();
  await shows("Lovely.");
  expect(sent).toHaveLength(1);
});

test("a survey that ended meanwhile says so and asks no more questions", async () => {
  serve(survey(channel, why));
  replies = [422];
  await extension.render();
  tap("Instagram");
  await shows("This survey has ended.");
  expect(all("s-button")).toEqual([]);
});

test("nothing is drawn where no survey is asked, or where the app cannot be reached", async () => {
  for (const answer of [204, 401, 404, 500, new Error("offline"), survey()]) {
    document.body.replaceChildren();
    serve(answer);
    await extension.render();
    expect(document.body.innerHTML).toBe("");
  }
});

test("hostile texts are escaped", async () => {
  const evil = `<img src=x onerror=alert(1)>"'{{ shop.secret }}`;
  const hostile = { ...survey({ ...channel, label: evil, choices: [{ value: evil, label: evil }] }), title: evil };
  serve({ ...hostile, thanks: evil });
  await extension.render();
  expect(all("img, script")).toEqual([]);
  expect(all("s-heading")[0]?.textContent).toBe(evil);
  tap(evil);
  await vi.waitFor(() => expect(all("s-banner")[0]?.textContent).toBe(evil), { timeout: 60_000 });
  expect(sent[0]?.answers).toEqual([{ question: "channel", values: [evil] }]);
});

test.each(["gu", "pa"])("the extension's own texts are in the shopper's language: %s", async (locale) => {
  speak(locale);
  serve({ ...survey(why, why), thanks: "" });
  const own = words(`${locale}.json`);
  await extension.render();
  expect(asked[0]?.url.searchParams.get("locale")).toBe(locale);
  expect(body()).toContain(own["progress"]?.replace("{{at}}", "1").replace("{{all}}", "2"));
  tap(own["skip"] ?? "");
  await shows("2");
  write("x");
  await vi.waitFor(() => expect(isDisabled(button(own["submit"] ?? ""))).toBe(false), { timeout: 60_000 });
  tap(own["submit"] ?? "");
  await shows(own["thanks"] ?? "");
  expect(sent[0]?.locale).toBe(locale);
});

test("a survey that goes on after a reload counts the questions that were answered before", async () => {
  serve({ ...survey(score, why), answered: 2 });
  await extension.render();
  expect(body()).toContain("Question 3 of 4");
  tap("9");
  await shows("Question 4 of 4");
});

test("the last open question of a longer survey still says which question it is", async () => {
  serve({ ...survey(why), answered: 3 });
  await extension.render();
  expect(body()).toContain("Question 4 of 4");
});

test("a word that is longer than a line of a phone can be broken, and its answer is sent unbroken", async () => {
  const value = "Donaudampfschifffahrtselektrizitätenhaupt";
  serve(survey({ ...channel, choices: [{ value, label: value }] }));
  await extension.render();
  const shown = all("s-button")[0]?.textContent ?? "";
  expect(shown.split("\u200B").map(({ length }) => length)).toEqual([12, 12, 12, 5]);
  tap(shown);
  await shows("Lovely.");
  expect(sent[0]?.answers).toEqual([{ question: "channel", values: [value] }]);
});

test("a text that comes near to the most that can be sent shows how long it is", async () => {
  serve(survey(why));
  await extension.render();
  write("a".repeat(1599));
  expect(body()).not.toContain("characters");
  write("a".repeat(2000));
  await shows("2000 of 2000 characters");
});
