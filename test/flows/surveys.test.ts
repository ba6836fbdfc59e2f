import { beforeEach, expect, test } from "vitest";
import type { Changes } from "../../app/customers/change.ts";
import { forShop, sql } from "../../app/db.server.ts";
import { UserError } from "../../app/errors.ts";
import { registry } from "../../app/plugins/installed.server.ts";
import { preview } from "../../app/segments/preview.server.ts";
import { openShop, type Shop } from "../../app/shop.server.ts";
import { bindResponses, submitAnswers, type Respondent } from "../../app/surveys/answer.server.ts";
import { askSurvey } from "../../app/surveys/ask.ts";
import { readResults } from "../../app/surveys/results.server.ts";
import { readSurvey, saveSurvey, setSurveyState, surveyOn, type SurveyDraft } from "../../app/surveys/survey.server.ts";
import { blank, templates } from "../../app/surveys/templates.ts";
import type { SubmittedAnswer } from "../../app/surveys/wire.ts";

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

const addOrder = (id: string, customerId: string) =>
  shop.db.tx((tx) =>
    tx.run(sql`insert into shop_order (shop_id, id, customer_id, currency, presentment_currency, ordered_at)
      values (${shop.id}, ${id}, ${customerId}, 'INR', 'INR', now())`),
  );

const ask = async (template: keyof typeof templates, changes: Partial<SurveyDraft> = {}) => {
  const draft = { ...blank, ...templates[template], name: "A survey", ...changes } as SurveyDraft;
  const id = await saveSurvey(shop, null, draft, kinds);
  await setSurveyState(shop, id, "active");
  return { id, draft };
};

const thankYou = (order: string, customerId: string | null = null): Respondent => ({
  surface: "thank_you",
  orderClaim: order,
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

test("an answer on the thank-you page is the order's customer's, stands on her timeline and selects her", async () => {
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

test("an answer that comes before its order waits, and is bound when the order is here", async () => {
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

test("what is no answer is refused with its reason and leaves nothing", async () => {
  const { id } = await ask("nps");
  const refused = async (values: string[], question = "score") => {
    const result = await answer(id, thankYou("5005"), [{ question, values }]);
    return result.ok ? "taken" : result.faults[0]?.fault.key;
  };
  expect(await refused(["11"])).toBe("answer.not_on_scale");
  expect(await refused(["7.5"])).toBe("answer.not_on_scale");
  expect(await refused(["3", "4"])).toBe("answer.not_on_scale");
  expect(await refused(["x".repeat(2001)], "why")).toBe("answer.too_long");
  expect(await refused(["9"], "nothing")).toBe("answer.unknown_question");
  const nobody = await answer(id, { ...thankYou(""), orderClaim: null }, [{ question: "score", values: ["9"] }]);
  expect(nobody).toMatchObject({ ok: false, faults: [{ fault: { key: "answer.nobody" } }] });
  expect(await answer(id, thankYou("5005"), [{ question: "score", values: ["9"] }], 2)).toMatchObject({ ok: false });
  await setSurveyState(shop, id, "ended");
  expect(await refused(["9"])).toBe("answer.ended");
  expect(await stored()).toEqual([]);
});

test("another shop's survey cannot be answered here", async () => {
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

test("a change of the questions makes a new version, and results do not mix the two", async () => {
  const { id, draft } = await ask("nps");
  await answer(id, thankYou("1"), [{ question: "score", values: ["0"] }]);
  const [score, why] = draft.questions;
  if (!score || !why) throw new Error("the template has two questions");
  await saveSurvey(
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
  const results = await readResults(shop, survey, kinds);
  expect(results.responses).toBe(2);
  expect(results.questions[0]).toMatchObject({ responses: 2, score: 100 });
  expect(results.questions[0]?.bars.find(({ value }) => value === "10")).toMatchObject({ count: 1, share: 0.5 });
});

test("a shopper is asked in her language, and in the first language where it is missing", async () => {
  const { draft } = await ask("attribution");
  const [question] = draft.questions;
  if (!question) throw new Error("the template has a question");
  const gu = { label: "તમે અમારા વિશે ક્યાં સાંભળ્યું?", choices: ["મિત્ર"], low: "", high: "" };
  const translated = { ...draft, questions: [{ ...question, words: { ...question.words, gu } }] };
  const asked = askSurvey({ id: "s", version: 1, ...translated }, "gu-IN", kinds).questions[0];
  expect(asked).toMatchObject({
    label: gu.label,
    choices: [{ value: "A friend", label: "મિત્ર" }, { value: "Instagram", label: "Instagram" }, {}, {}, {}],
  });
  expect(askSurvey({ id: "s", version: 1, ...translated }, "pa", kinds).questions[0]?.label).toBe(
    "Where did you first hear of us?",
  );
});

test("only an active survey is asked, and one for a segment only of its members", async () => {
  const { id, draft } = await ask("nps", { segmentId: "gold" });
  expect(await surveyOn(shop, "thank_you", "7")).toBeNull();
  await shop.db.tx((tx) =>
    tx.run(
      sql`insert into membership (shop_id, segment_id, customer_id, entered_at, entered_cause) values (${shop.id}, 'gold', '7', now(), 'test')`,
    ),
  );
  expect(await surveyOn(shop, "thank_you", "7")).toMatchObject({ id });
  expect(await surveyOn(shop, "thank_you", "8")).toBeNull();
  await expect(saveSurvey(shop, null, { ...draft, name: "" }, kinds)).rejects.toThrow(UserError);
});
