import { beforeEach, expect, test } from "vitest";
import { compareAnswers } from "../../../app/analytics/figures.server.ts";
import type { Changes } from "../../../app/customers/change.ts";
import { forShop, sql } from "../../../app/db.server.ts";
import { registry } from "../../../app/plugins/installed.server.ts";
import { preview } from "../../../app/segments/preview.server.ts";
import { openShop, type Shop } from "../../../app/shop.server.ts";
import { answeredQuestions, bindResponses, submitAnswers } from "../../../app/surveys/answers/answer.server.ts";
import type { Respondent } from "../../../app/surveys/answers/respondent.ts";
import { askSurvey } from "../../../app/surveys/answers/ask.ts";
import { readResults } from "../../../app/surveys/results/results.server.ts";
import { readSurvey, surveyOn } from "../../../app/surveys/survey.server.ts";
import { saveSurvey } from "../../../app/surveys/definition/save-survey.server.ts";
import { deleteSurvey, setSurveyState } from "../../../app/surveys/definition/survey-state.server.ts";
import { faultsIn, savedSurvey } from "../../setup/definitions.ts";
import type { SurveyDraft } from "../../../app/surveys/survey.ts";
import { blank, templates } from "../../../app/surveys/editor/templates.ts";
import type { SubmittedAnswer } from "../../../app/surveys/wire.ts";

const kinds = registry.questionKinds;
let shops = 0;
let shop: Shop;

beforeEach(async () => {
  const id = `surveys-${(shops += 1)}.myshopify.com`;
  await forShop(id).tx((tx) =>
    tx.run(
      sql`insert into shop (id, domain, time_zone, currency, installed_at) values (${id}, ${id}, 'Asia/Kolkata', 'INR', now())`,
    ),
  );
  const opened = await openShop(id);
  if (!opened) throw new Error("the shop is there");
  shop = opened;
  await shop.db.tx((tx) =>
    tx.run(sql`insert into customer (shop_id, id, first_name) values (${id}, '7', 'Asha'), (${id}, '8', 'Ravi')`),
  );
});

const BY = { actor: "merchant" } as const;

const addOrder = (id: string, customerId: string) =>
  shop.db.tx((tx) =>
    tx.run(sql`insert into shop_order (shop_id, id, customer_id, checkout_token, currency, presentment_currency, ordered_at)
      values (${shop.id}, ${id}, ${customerId}, ${`checkout-${id}`}, 'INR', 'INR', now())`),
  );

const ask = async (template: keyof typeof templates, changes: Partial<SurveyDraft> = {}) => {
  const draft = { ...blank, ...templates[template], name: "A survey", ...changes } as SurveyDraft;
  const id = await savedSurvey(shop, null, draft, kinds);
  await setSurveyState(shop, id, "active", { actor: "merchant" });
  return { id, draft };
};

const thankYou = (order: string, customerId: string | null = null): Respondent => ({
  surface: "thank_you",
  orderClaim: order,
  checkoutToken: `checkout-${order}`,
  customerId,
  anonymousId: null,
});

const answer = (survey: string, who: Respondent, answers: SubmittedAnswer[], version = 1) =>
  submitAnswers(shop, { survey, version, locale: "en", answers }, who, kinds);

const count = async (query: string) => {
  const result = await preview(shop, query, registry);
  return "count" in result ? result.count : result;
};

const stored = () =>
  shop.db.tx((tx) =>
    tx.rows<{ question: string; value: string; customer: string | null }>(
      sql`select question, value_text as value, customer_id as customer from answer where shop_id = ${shop.id} order by question, position`,
    ),
  );

test("an answer on the thank-you page belongs to the order's customer, is on the customer's timeline and selects the customer", async () => {
  const { id } = await ask("nps");
  await addOrder("1001", "7");
  const result = await answer(id, thankYou("1001"), [{ question: "score", values: ["9"] }]);
  expect(result).toMatchObject({ ok: true, recorded: 1 });
  expect(await stored()).toEqual([{ question: "score", value: "9", customer: "7" }]);
  expect(await count("survey_answer MATCHES (survey = 'nps', question = 'score', value >= 9, date >= -1d)")).toBe(1);
  expect(await count("survey_answer MATCHES (survey = 'nps', question = 'score', value > 9)")).toBe(0);
  expect(await count("survey_answer NOT MATCHES ()")).toBe(1);
  const events = await shop.db.tx((tx) =>
    tx.rows(
      sql`select kind, customer_id, data ->> 'survey' as survey, data -> 'answers' as answers from event where shop_id = ${shop.id}`,
    ),
  );
  expect(events).toEqual([{ kind: "survey.answered", customer_id: "7", survey: "A survey", answers: ["9"] }]);
});

test("an answer that comes before its order waits, and is bound when the order arrives", async () => {
  const { id } = await ask("attribution");
  await answer(id, thankYou("2002"), [{ question: "channel", values: ["Instagram"] }]);
  expect(await count("survey_answer MATCHES (value = 'Instagram')")).toBe(0);
  await addOrder("2002", "8");
  const changes: Changes = new Map();
  await shop.db.tx((tx) => bindResponses(shop, tx, changes));
  expect([...changes.keys()]).toEqual(["8"]);
  expect(await count("survey_answer MATCHES (survey = 'heard_of_us', question = 'channel', value = 'Instagram')")).toBe(
    1,
  );
});

test("fifty answers to one question at once are one answer", async () => {
  const { id } = await ask("attribution");
  await addOrder("3003", "7");
  const choices = ["A friend", "Instagram", "Search engine"];
  await Promise.all(
    Array.from({ length: 50 }, (_, at) =>
      answer(id, thankYou("3003"), [{ question: "channel", values: [choices[at % 3] ?? ""] }]),
    ),
  );
  expect(await stored()).toHaveLength(1);
});

test("a multiple choice is one answer per choice, and each selects", async () => {
  const { id } = await ask("reason");
  await addOrder("4004", "7");
  await answer(id, thankYou("4004"), [{ question: "reasons", values: ["Quality", "A gift", "Quality"] }]);
  expect((await stored()).map(({ value }) => value)).toEqual(["Quality", "A gift"]);
  expect(await count("survey_answer MATCHES (question = 'reasons', value = 'A gift')")).toBe(1);
});

test("an invalid answer is refused with its reason and stores nothing", async () => {
  const { id } = await ask("nps");
  const refused = async (values: string[], question = "score") => {
    const result = await answer(id, thankYou("5005"), [{ question, values }]);
    return result.ok ? "taken" : result.faults[0]?.key;
  };
  expect(await refused(["11"])).toBe("answer.not_on_scale");
  expect(await refused(["7.5"])).toBe("answer.not_on_scale");
  expect(await refused(["3", "4"])).toBe("answer.not_on_scale");
  expect(await refused(["x".repeat(2001)], "why")).toBe("answer.too_long");
  expect(await refused(["9"], "nothing")).toBe("answer.unknown_question");
  const nobody = await answer(id, { ...thankYou(""), orderClaim: null }, [{ question: "score", values: ["9"] }]);
  expect(nobody).toMatchObject({ ok: false, faults: [{ key: "answer.nobody" }] });
  expect(await answer(id, thankYou("5005"), [{ question: "score", values: ["9"] }], 2)).toMatchObject({ ok: false });
  await setSurveyState(shop, id, "ended", { actor: "merchant" });
  expect(await refused(["9"])).toBe("answer.ended");
  expect(await stored()).toEqual([]);
});

test("another shop's survey cannot be answered", async () => {
  const { id } = await ask("nps");
  const other = forShop("another.myshopify.com");
  await other.tx((tx) =>
    tx.run(
      sql`insert into shop (id, domain, installed_at) values ('another.myshopify.com', 'another.myshopify.com', now()) on conflict do nothing`,
    ),
  );
  const stranger = await openShop("another.myshopify.com");
  if (!stranger) throw new Error("the shop is there");
  const sent = { survey: id, version: 1, locale: "en", answers: [{ question: "score", values: ["9"] }] };
  expect(await submitAnswers(stranger, sent, thankYou("1"), kinds)).toMatchObject({ ok: false });
});

test("a corrected word in a question makes a new version, and results count both versions together", async () => {
  const { id, draft } = await ask("nps");
  await addOrder("1", "7");
  await addOrder("2", "7");
  await addOrder("3", "8");
  await answer(id, thankYou("1"), [{ question: "score", values: ["0"] }]);
  const [score, why] = draft.questions;
  if (!score || !why) throw new Error("the template has two questions");
  await savedSurvey(
    shop,
    id,
    { ...draft, questions: [{ ...score, words: { en: { label: "Reworded", choices: [], low: "", high: "" } } }, why] },
    kinds,
  );
  await answer(id, thankYou("2"), [{ question: "score", values: ["10"] }], 2);
  await answer(id, thankYou("3"), [{ question: "score", values: ["9"] }], 2);
  const survey = await readSurvey(shop, id);
  if (!survey) throw new Error("the survey is there");
  expect(survey.version).toBe(2);
  const results = await readResults(shop, survey);
  expect(results).toMatchObject({ version: null, responses: 3 });
  expect(results.questions[0]).toMatchObject({ label: "Reworded", responses: 3, score: 33, begun: null });
  expect(results.questions[0]?.bars.find(({ value }) => value === "10")).toMatchObject({ count: 1, share: 1 / 3 });
  expect(await readResults(shop, survey, 2)).toMatchObject({ responses: 2, questions: [{ score: 100 }, {}] });
  expect(await compareAnswers(shop, ({ nps }) => nps)).toEqual({ value: "33", before: null });
  const before = await readResults(shop, survey, 1);
  expect(before).toMatchObject({ version: 1, responses: 1, questions: [{ score: -100 }, {}] });
  expect(before.questions[0]?.label).toBe("How likely are you to recommend us to a friend?");
});

test("other choices begin a new count, and the earlier answers stay with their version", async () => {
  const { id, draft } = await ask("attribution");
  const [question] = draft.questions;
  if (!question) throw new Error("the template has a question");
  const change = (settings: Record<string, unknown>) =>
    savedSurvey(shop, id, { ...draft, questions: [{ ...question, settings }] }, kinds);
  const read = async (version: number | null = null) => {
    const survey = await readSurvey(shop, id);
    if (!survey) throw new Error("the survey is there");
    return readResults(shop, survey, version);
  };
  const give = (visitor: string, value: string, version: number) =>
    answer(
      id,
      { surface: "storefront", orderClaim: null, customerId: null, anonymousId: visitor },
      [{ question: "channel", values: [value] }],
      version,
    );
  await give("a", "Instagram", 1);
  // The same choices in another order mean the same.
  await change({ choices: [...(question.settings["choices"] as string[])].reverse() });
  await give("b", "Instagram", 2);
  expect(await read()).toMatchObject({ responses: 2, questions: [{ responses: 2, begun: null }] });
  await change({ choices: ["Instagram", "Elsewhere"] });
  const lines = async () =>
    (await read()).versions.map(({ version, responses, since }) => ({ version, responses, isSilent: since === null }));
  expect(await lines()).toEqual([
    { version: 3, responses: 0, isSilent: true },
    { version: 2, responses: 1, isSilent: false },
    { version: 1, responses: 1, isSilent: false },
  ]);
  await give("c", "Elsewhere", 3);
  expect(await read()).toMatchObject({ responses: 3, questions: [{ responses: 1 }] });
  expect((await read()).questions[0]?.begun).not.toBeNull();
  expect(await read(1)).toMatchObject({ responses: 1, questions: [{ responses: 1 }] });
});

test("a customer who answered is not asked again after a corrected word, nor after buying what was asked in the storefront", async () => {
  const { id, draft } = await ask("nps", { placements: ["storefront", "thank_you"] });
  await addOrder("1", "7");
  const asha: Respondent = { surface: "storefront", orderClaim: null, customerId: "7", anonymousId: null };
  await answer(id, asha, [{ question: "score", values: ["9"] }]);
  const [score, why] = draft.questions;
  if (!score || !why) throw new Error("the template has two questions");
  const en = { label: "Reworded", choices: [], low: "", high: "" };
  await savedSurvey(shop, id, { ...draft, questions: [{ ...score, words: { en } }, why] }, kinds);
  const survey = await readSurvey(shop, id);
  if (!survey) throw new Error("the survey is there");
  expect(await answeredQuestions(shop, survey, asha)).toEqual(["score"]);
  expect(await answeredQuestions(shop, survey, thankYou("1", "7"))).toEqual(["score"]);
  expect(await answeredQuestions(shop, survey, thankYou("1"))).toEqual([]);
  expect(await answer(id, asha, [{ question: "score", values: ["0"] }], 2)).toMatchObject({ ok: true, recorded: 0 });
  expect(await readResults(shop, survey)).toMatchObject({ responses: 1, questions: [{ score: 100 }, {}] });
});

test("a shopper is asked in the shopper's language, and each missing word is in the first language", async () => {
  const { draft } = await ask("attribution");
  const [question] = draft.questions;
  if (!question) throw new Error("the template has a question");
  const gu = { label: "તમે અમારા વિશે ક્યાં સાંભળ્યું?", choices: ["મિત્ર"], low: "", high: "" };
  const words = { en: { label: "Where?", choices: [], low: "", high: "" }, gu, pa: { ...gu, label: "" } };
  const translated = { ...draft, questions: [{ ...question, words }] };
  const asked = (locale: string) => askSurvey({ id: "s", version: 1, ...translated }, locale, kinds).questions[0];
  expect(asked("gu-IN")).toMatchObject({
    label: gu.label,
    choices: [{ value: "A friend", label: "મિત્ર" }, { value: "Instagram", label: "Instagram" }, {}, {}, {}],
  });
  expect(asked("pa")).toMatchObject({
    label: "Where?",
    choices: [{ value: "A friend", label: "મિત્ર" }, {}, {}, {}, {}],
  });
  for (const locale of ["fr", "constructor", "__proto__", ""]) expect(asked(locale)?.label).toBe("Where?");
});

test("only an active survey is asked, and a survey for a segment only of its members", async () => {
  await shop.db.tx((tx) =>
    tx.run(sql`
      insert into segment (shop_id, id, handle, name, query, created_at, updated_at)
      values (${shop.id}, 'gold', 'gold', 'Gold', 'number_of_orders > 0', now(), now())`),
  );
  const { id } = await ask("nps", { segmentId: "gold" });
  expect(await surveyOn(shop, "thank_you", "7")).toBeNull();
  await shop.db.tx((tx) =>
    tx.run(
      sql`insert into membership (shop_id, segment_id, customer_id, entered_at, entered_cause) values (${shop.id}, 'gold', '7', now(), 'test')`,
    ),
  );
  expect(await surveyOn(shop, "thank_you", "7")).toMatchObject({ id });
  expect(await surveyOn(shop, "thank_you", "8")).toBeNull();
});

test("a further language, or permission to skip, keeps the version; other choices make a new version", async () => {
  const { id, draft } = await ask("attribution");
  const [question] = draft.questions;
  if (!question) throw new Error("the template has a question");
  const versionAfter = async (changes: Partial<typeof question>) => {
    await savedSurvey(shop, id, { ...draft, questions: [{ ...question, ...changes }] }, kinds);
    return (await readSurvey(shop, id))?.version;
  };
  const hi = { label: "आपने हमारे बारे में कहाँ सुना?", choices: [], low: "", high: "" };
  expect(await versionAfter({ words: { ...question.words, hi } })).toBe(1);
  expect(await versionAfter({ words: { ...question.words, hi }, optional: true })).toBe(1);
  expect(await versionAfter({ words: { ...question.words, hi: { ...hi, label: "कहाँ?" } } })).toBe(2);
  expect(await versionAfter({ settings: { choices: ["A friend", "Other"] } })).toBe(3);
  await addOrder("1", "7");
  expect(await answer(id, thankYou("1"), [{ question: "channel", values: ["Other"] }], 1)).toMatchObject({ ok: false });
  expect(await answer(id, thankYou("1"), [{ question: "channel", values: ["Other"] }], 3)).toMatchObject({ ok: true });
});

test("a survey that was asked keeps its short name, and a survey with answers cannot be deleted", async () => {
  const { id, draft } = await ask("nps");
  expect(faultsIn(await saveSurvey(shop, id, { ...draft, handle: "other" }, { kinds, ...BY }))).toEqual({
    handle: "surveys.fault.handle_fixed",
  });
  await answer(id, thankYou("1"), [{ question: "score", values: ["9"] }]);
  expect(faultsIn(await deleteSurvey(shop, id, BY))).toEqual({ form: "surveys.fault.answered" });
  const unanswered = await savedSurvey(shop, null, { ...draft, handle: "second" }, kinds);
  await setSurveyState(shop, unanswered, "active", { actor: "merchant" });
  await deleteSurvey(shop, unanswered, BY);
  expect(faultsIn(await deleteSurvey(shop, unanswered, BY))).toEqual({ form: "surveys.fault.missing" });
  const left = await shop.db.tx((tx) =>
    tx.rows(sql`select survey_id from survey_version where shop_id = ${shop.id} and survey_id = ${unanswered}`),
  );
  expect(left).toEqual([]);
});

test("a draft that cannot be asked is refused, each fault at its field", async () => {
  const { draft } = await ask("attribution");
  const [question] = draft.questions;
  if (!question) throw new Error("the template has a question");
  const faultsOf = async (changes: Partial<SurveyDraft>) =>
    faultsIn(await saveSurvey(shop, null, { ...draft, handle: "new_one", ...changes }, { kinds, ...BY }));
  const faultOf = async (changes: Partial<SurveyDraft>) => {
    const faults = Object.entries(await faultsOf(changes)).map(([field, key]) => `${field}: ${key}`);
    expect(faults).toHaveLength(1);
    return faults[0];
  };
  const asking = (changes: Partial<typeof question>) => faultOf({ questions: [question, { ...question, ...changes }] });
  const long = "ક".repeat(500);
  expect(await faultOf({ name: " " })).toBe("name: surveys.fault.name");
  expect(await faultOf({ handle: "heard_of_us" })).toBe("handle: surveys.fault.handle_taken");
  expect(await faultOf({ placements: [] })).toBe("placements: surveys.fault.nowhere");
  expect(await faultOf({ questions: [] })).toBe("questions: surveys.fault.no_questions");
  expect(await faultOf({ segmentId: "gone" })).toBe("segmentId: surveys.fault.segment");
  expect(await asking({})).toBe("question.1.handle: surveys.fault.handle");
  expect(await asking({ handle: "b", words: {} })).toBe("question.1.label: surveys.fault.label");
  expect(await asking({ handle: "b", kind: "constructor" })).toBe("question.1.kind: surveys.fault.kind");
  expect(await asking({ handle: "b", settings: {} })).toBe("question.1.settings.choices: app.field.missing");
  expect(await asking({ handle: "b", settings: { choices: ["A", " A"] } })).toBe(
    "question.1.settings.choices: question-kinds.twice",
  );
  const questions = Array.from({ length: 4 }, (_, at) => ({
    ...question,
    handle: `q${at}`,
    settings: { choices: Array.from({ length: 30 }, (_, choice) => `${choice} ${long}`) },
  }));
  expect(await faultOf({ questions })).toBe("questions: surveys.fault.too_long");
});

test("a survey with several mistakes is refused with all faults at once, each at its field", async () => {
  const { draft } = await ask("attribution");
  const [question] = draft.questions;
  if (!question) throw new Error("the template has a question");
  const wrong = { ...draft, name: " ", segmentId: "gone", questions: [{ ...question, words: {}, settings: {} }] };
  expect(faultsIn(await saveSurvey(shop, null, wrong, { kinds, ...BY }))).toEqual({
    name: "surveys.fault.name",
    handle: "surveys.fault.handle_taken",
    segmentId: "surveys.fault.segment",
    "question.0.label": "surveys.fault.label",
    "question.0.settings.choices": "app.field.missing",
  });
});

test("texts are listed one by one, newest first, however many choices were selected beside them", async () => {
  const { id } = await ask("reason");
  for (let at = 1; at <= 120; at += 1) {
    await addOrder(String(at), "7");
    await answer(id, thankYou(String(at)), [{ question: "reasons", values: ["Quality", "Price", "A gift"] }]);
  }
  await answer(id, thankYou("1"), [{ question: "almost", values: ["Shipping"] }]);
  const survey = await readSurvey(shop, id);
  if (!survey) throw new Error("the survey is there");
  const results = await readResults(shop, survey);
  expect(results.questions[0]).toMatchObject({ responses: 120 });
  expect(results.questions[1]?.texts).toMatchObject([{ text: "Shipping", customerId: "7", name: "Asha" }]);
});
