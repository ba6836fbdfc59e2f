// Kinds of a guest plugin whose settings have names of their own. The kinds declare what the core must know about the settings.
import { expect, test } from "vitest";
import { readTimeline } from "../../app/customers/timeline.server.ts";
import { field } from "../../app/fields.ts";
import { saveForm } from "../../app/offers/editor/act-on-offer.server.ts";
import { readEditor } from "../../app/offers/editor/read-editor.server.ts";
import { readOfferLines } from "../../app/offers/screens/offer-lines.server.ts";
import { liveContent } from "../../app/offers/editor/draft/offer-draft.ts";
import { duplicateOffer, publishOffer } from "../../app/offers/definition/move-offer.server.ts";
import { defineOfferKind, definePlugin, defineQuestionKind } from "../../app/plugins/plugin.ts";
import { offerValues } from "../../app/segments/values/values.server.ts";
import { submitAnswers } from "../../app/surveys/answers/answer.server.ts";
import { readHeadlines } from "../../app/surveys/results/headline.server.ts";
import { readResults } from "../../app/surveys/results/results.server.ts";
import { blank } from "../../app/surveys/editor/templates.ts";
import { viewKinds } from "../../app/surveys/kind-view.ts";
import { listSurveys, readSurvey } from "../../app/surveys/survey.server.ts";
import { setSurveyState } from "../../app/surveys/definition/survey-state.server.ts";
import { exportCustomer } from "../../app/sync/compliance/export.server.ts";
import { formOf, percentOff, type Form } from "../flows/offers/offer-shop.ts";
import { done, faultsIn, savedSurvey } from "../setup/definitions.ts";
import { pluginShop } from "./kit/plugin-shop.ts";
import { testPlugin } from "./kit/test-plugin.ts";

const MOODS = ["sunny", "cloudy", "stormy"];

const guest = definePlugin({
  name: "guest",
  contract: 1,
  label: "guest.label",
  description: "guest.description",
  offerKinds: {
    raffle: defineOfferKind({
      label: "guest.raffle",
      settings: {
        prize: field.percent("guest.prize", { initial: "20" }),
        by: field.choice("guest.by", { door: "guest.door", ticket: "guest.ticket" }, { initial: "door" }),
        ticket: field.when({ by: "ticket" }, field.text("guest.ticket")),
        target: field.url("guest.target", { optional: true }),
      },
      when: { code: "ticket" },
      unique: ["ticket"],
      shows: { percent: "prize", href: "target" },
      resolve: (_context, { prize, ticket = null, target }) => ({
        content: { shape: "discount", percent: prize, code: ticket, href: target || null },
        discount: { title: "", grant: { kind: "percent", percent: prize }, code: ticket },
      }),
    }),
  },
  questionKinds: {
    stars: defineQuestionKind({
      label: "guest.stars",
      settings: {},
      measure: "mean",
      scale: { from: 1, to: 5 },
      words: { ends: true },
      shape: (_settings, { low, high }) => ({ shape: "scale", from: 1, to: 5, low, high }),
      check: ([value = ""]) =>
        /^[1-5]$/.test(value)
          ? { ok: true, values: [{ text: value, number: value }] }
          : { ok: false, fault: { key: "guest.no_star" } },
    }),
    weather: defineQuestionKind({
      label: "guest.weather",
      settings: { skies: field.list("guest.skies", { initial: MOODS }) },
      measure: "shares",
      values: ({ skies }, { choices }) =>
        skies.map((sky, at) => ({ value: `sky-${at}`, label: choices[at] || `It is ${sky}` })),
      words: { perChoice: "skies" },
      shape: ({ skies }) => ({
        ...{ shape: "choice", multiple: false },
        choices: skies.map((sky, at) => ({ value: `sky-${at}`, label: sky })),
      }),
      check: ([value = ""]) => ({ ok: true, values: [{ text: value, number: null }] }),
    }),
  },
});

testPlugin(guest);

const raffle = (fields: Form = {}): Form => ({
  ...percentOff({ kind: "raffle", name: "Raffle", ...fields }),
  ...{ "settings.prize": "20", "settings.by": "ticket", "settings.ticket": "LUCKY" },
  ...fields,
});

test("an offer of a guest's kind is described, previewed, compared and kept unique by what the kind declares", async () => {
  const { shop, registry } = await pluginShop(guest);
  const save = (form: Form) =>
    saveForm(shop, registry, formOf(form), { id: null, expectedVersion: null, actor: "merchant" });
  const live = async (form: Form) => {
    const { id } = done(await save(form));
    await publishOffer(shop, registry, id, { actor: "merchant" });
    return id;
  };
  const id = await live(raffle());
  // A code is unique among all offers, whatever their kinds call the setting.
  const taken = "offers.fault.taken";
  expect(faultsIn(await save(raffle({ "settings.ticket": "lucky" })))).toEqual({ "settings.ticket": taken });
  const code = percentOff({ "settings.how": "code", "settings.code": "Lucky" });
  expect(faultsIn(await save(code))).toEqual({ "settings.code": taken });
  // A hidden setting is neither required, compared nor stored.
  expect(faultsIn(await save(raffle({ "settings.by": "door" })))).toEqual({});
  const none = raffle({ "settings.ticket": "" });
  expect(faultsIn(await save(none))).toEqual({ "settings.ticket": "app.field.missing" });
  await live(percentOff({ name: "Ten" }));
  const lines = new Map((await readOfferLines(shop, registry)).map((line) => [line.name, line]));
  expect(lines.get("Raffle")).toMatchObject({ kind: "guest.raffle" });
  expect(lines.get("Ten")?.standing?.beatenBy).toMatchObject([{ name: "Raffle", off: { percent: "20" } }]);
  const copy = await duplicateOffer(shop, registry.offerKinds, id, { name: "Copy", actor: "merchant" });
  const editor = await readEditor(shop, registry, { id: copy, kind: null });
  const kind = editor?.kinds.find(({ name }) => name === "raffle");
  if (!editor || !kind) throw new Error("the editor knows the kind");
  expect(editor.draft.settings).toEqual({ prize: "20", by: "ticket", ticket: "", target: "" });
  const typed = (settings: Record<string, string>) =>
    liveContent(null, { ...editor.draft, settings: { ...editor.draft.settings, ...settings } }, kind);
  expect(typed({ prize: "33", ticket: " NEW " })).toMatchObject({ shape: "discount", percent: "33", code: "NEW" });
  expect(typed({ by: "door", ticket: "NEW", target: "/tea" })).toMatchObject({ code: null, href: "/tea" });
});

test("an offer whose code is left empty has no code: its discount is automatic", async () => {
  const optional = definePlugin({
    ...{ name: "optional", contract: 1, label: "optional.label", description: "optional.description" },
    offerKinds: {
      optional_code: defineOfferKind({
        label: "optional.kind",
        settings: { code: field.text("optional.code", { optional: true }) },
        when: { code: "code" },
        resolve: (_context, { code }) => ({
          content: { shape: "discount", percent: "10", code, href: null },
          discount: { title: "", grant: { kind: "percent", percent: "10" }, code },
        }),
      }),
    },
  });
  const { offer } = await pluginShop(optional);
  expect(await offer("optional_code")).toMatchObject({ content: { code: null }, discount: { code: null } });
  expect(await offer("optional_code", { code: "TEA" })).toMatchObject({
    content: { code: "TEA" },
    discount: { code: "TEA" },
  });
});

const words = (label: string, choices: string[] = []) => ({ en: { label, choices, low: "", high: "" } });
const who = (customerId: string) =>
  ({ surface: "storefront", orderClaim: null, customerId, anonymousId: null }) as const;

test("answers to a guest's questions are counted, named, suggested, exported and shown by what the kinds declare", async () => {
  const { shop, registry, addCustomer, settle } = await pluginShop(guest);
  const people = [await addCustomer(), await addCustomer(), await addCustomer()];
  await settle();
  expect(viewKinds(registry.questionKinds).slice(-2)).toMatchObject([
    { name: "stars", ends: { from: 1, to: 5 }, perChoice: null },
    { name: "weather", ends: null, perChoice: "skies" },
  ]);
  const survey = await savedSurvey(
    shop,
    null,
    {
      ...{ ...blank, name: "Weather", handle: "weather", placements: ["storefront"] },
      questions: [
        { handle: "stars", kind: "stars", optional: false, settings: {}, words: words("How many stars?") },
        { handle: "sky", kind: "weather", optional: false, settings: { skies: MOODS }, words: words("Which sky?") },
      ],
    },
    registry.questionKinds,
  );
  await setSurveyState(shop, survey, "active", { actor: "merchant" });
  for (const [at, stars] of ["5", "4", "4"].entries()) {
    const answers = [
      { question: "stars", values: [stars] },
      { question: "sky", values: ["sky-0"] },
    ];
    const sent = await submitAnswers(
      shop,
      { survey, version: 1, locale: "en", answers },
      who(people[at] ?? ""),
      registry.questionKinds,
    );
    expect(sent).toMatchObject({ ok: true, recorded: 2 });
  }
  const held = await readSurvey(shop, survey);
  if (!held) throw new Error("the survey is there");
  const { questions } = await readResults(shop, held);
  expect(questions[0]).toMatchObject({ measure: "mean", score: null, scale: { from: 1, to: 5 }, responses: 3 });
  expect(questions[0]?.mean?.mean).toBeCloseTo(13 / 3);
  expect(questions[0]?.bars.map(({ value, count }) => `${value}: ${count}`)).toEqual([
    "1: 0",
    "2: 0",
    "3: 0",
    "4: 2",
    "5: 1",
  ]);
  expect(questions[1]?.bars.map(({ value, label, count }) => [value, label, count])).toEqual([
    ["sky-0", "It is sunny", 3],
    ["sky-1", "It is cloudy", 0],
    ["sky-2", "It is stormy", 0],
  ]);
  expect((await readHeadlines(shop, await listSurveys(shop))).get(survey)).toMatchObject({ shape: "mean" });
  const asked = { attribute: "survey_answer", parameter: "value", "given.survey": "weather", "given.question": "sky" };
  expect(await offerValues(shop, new URLSearchParams(asked), { engine: registry, locale: "en" })).toEqual([
    { text: "'sky-0'", title: "It is sunny" },
    { text: "'sky-1'", title: "It is cloudy" },
    { text: "'sky-2'", title: "It is stormy" },
  ]);
  const [first = ""] = people;
  const told = (await readTimeline(shop, first, null)).filter(({ kind }) => kind === "survey.answered");
  expect(told.map(({ data }) => data["answers"])).toContainEqual(["It is sunny"]);
  const exported = await exportCustomer(shop, first);
  expect(exported?.data["answer"]?.map((row) => row["value_text"]).sort()).toEqual(["5", "sky-0"]);
});
