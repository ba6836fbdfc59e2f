// Each person's answer is counted once, and only the answers of people who are asked.
import { beforeEach, expect, test } from "vitest";
import { applyFacts } from "../../../app/customers/facts/apply.server.ts";
import { sql } from "../../../app/db.server.ts";
import { registry } from "../../../app/plugins/installed.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { answeredQuestions, bindResponses, submitAnswers } from "../../../app/surveys/answers/answer.server.ts";
import type { Respondent } from "../../../app/surveys/answers/respondent.ts";
import { deleteSurvey, setSurveyState } from "../../../app/surveys/definition/survey-state.server.ts";
import { blank, templates } from "../../../app/surveys/editor/templates.ts";
import { readResults } from "../../../app/surveys/results/results.server.ts";
import { readSurvey } from "../../../app/surveys/survey.server.ts";
import type { Survey, SurveyDraft } from "../../../app/surveys/survey.ts";
import { done, savedSurvey } from "../../setup/definitions.ts";
import { hold, untilWaiting } from "../../setup/side-by-side.ts";
import { newShop } from "../new-shop.ts";
import { orderRow } from "../order-row.ts";

const kinds = registry.questionKinds;
const draft = { ...blank, ...templates["nps"], name: "Mine" } as SurveyDraft;
let shop: Shop;
let survey: string;

beforeEach(async () => {
  shop = await newShop();
  survey = await publish(draft);
});

async function publish(one: SurveyDraft): Promise<string> {
  const id = await savedSurvey(shop, null, one, kinds);
  done(await setSurveyState(shop, id, "active", { actor: "merchant" }));
  return id;
}

const apply = (entities: Parameters<typeof applyFacts>[2]) =>
  shop.db.tx((tx) => applyFacts(shop, tx, entities, { name: "shopify", history: false }));
const addOrder = async (id: string) => {
  await apply({ orders: [orderRow({ id, customerId: "7", checkoutToken: `checkout-${id}` })] });
  await shop.db.tx((tx) => bindResponses(shop, tx, new Map()));
};

const buyer = (order: string, customerId: string | null = null): Respondent => ({
  ...{ surface: "thank_you", orderClaim: order, checkoutToken: `checkout-${order}` },
  ...{ customerId, anonymousId: null },
});
const said = (value: string, version = 1) => ({
  ...{ survey, version, locale: "en" },
  answers: [{ question: "score", values: [value] }],
});
const submission = (who: Respondent, what: ReturnType<typeof said>) => () => submitAnswers(shop, what, who, kinds);
const present = async () => (await readSurvey(shop, survey)) as Survey;
const answered = async (who: Respondent) => answeredQuestions(shop, await present(), who);
const counted = async () => (await readResults(shop, await present())).questions[0]?.responses;

test("an order is one response, whether a page knows the customer, the checkout or both, before and after the order arrives", async () => {
  const tokenless = (who: Respondent) => ({ ...who, checkoutToken: null });
  await addOrder("1");
  for (const [order, first, second] of [
    ["1", buyer("1", "7"), buyer("1")],
    ["2", buyer("2"), buyer("2", "7")],
    ["3", tokenless(buyer("3", "7")), buyer("3")],
  ] as const) {
    await submitAnswers(shop, said("9"), first, kinds);
    if (order === "3") await addOrder("3");
    expect(await answered(second)).toEqual(["score"]);
    expect(await submitAnswers(shop, said("0"), second, kinds)).toMatchObject({ ok: true, recorded: 0 });
    // Another customer with another checkout has answered nothing.
    expect(await answered({ ...buyer(order, "8"), checkoutToken: "another" })).toEqual([]);
  }
  await addOrder("2");
  expect(await counted()).toBe(3);
});

/** Answers wait for the outbox's head at their end. */
const holdAnswers = () =>
  hold(shop, (tx) =>
    tx.rows(sql`insert into outbox_head (shop_id, seq) values (${shop.id}, 0)
      on conflict (shop_id) do update set seq = outbox_head.seq returning seq`),
  );

test("two pages that answer at once are one response: with two versions of the survey, or with two proofs of one order", async () => {
  const { questions } = await present();
  const reworded = questions.map((question) => ({
    ...question,
    words: { ...question.words, en: { ...question.words["en"], label: "Reworded?" } },
  }));
  await savedSurvey(shop, survey, { ...draft, questions: reworded } as SurveyDraft, kinds);
  await addOrder("1");
  const visitor: Respondent = { surface: "storefront", orderClaim: null, customerId: "8", anonymousId: null };
  await apply({ orders: [orderRow({ id: "2", customerId: "8" })] });
  for (const [first, second] of [
    [submission(visitor, said("9", 1)), submission(visitor, said("0", 2))],
    [submission(buyer("1", "7"), said("9", 2)), submission(buyer("1"), said("0", 2))],
  ] as const) {
    const release = await holdAnswers();
    const one = first();
    await untilWaiting(1);
    const other = second();
    await untilWaiting(2);
    await release();
    expect(await Promise.all([one, other])).toMatchObject([{ recorded: 1 }, { recorded: 0 }]);
  }
  expect(await counted()).toBe(2);
});

test("an answer and the deletion of its survey at once leave no answer without a survey, whichever comes first", async () => {
  const visitor: Respondent = { surface: "storefront", orderClaim: null, customerId: "7", anonymousId: null };
  const release = await holdAnswers();
  const answering = submitAnswers(shop, said("9"), visitor, kinds);
  await untilWaiting(1);
  const deleting = deleteSurvey(shop, survey, { actor: "merchant" });
  await untilWaiting(2);
  await release();
  expect(await answering).toMatchObject({ ok: true, recorded: 1 });
  expect(await deleting).toMatchObject({ ok: false });
  expect(await counted()).toBe(1);

  survey = await publish({ ...draft, handle: "second" });
  const releaseSurvey = await hold(shop, (tx) =>
    tx.run(sql`delete from survey where shop_id = ${shop.id} and id = ${survey}`),
  );
  const late = submitAnswers(shop, said("9"), visitor, kinds);
  await untilWaiting(1);
  await releaseSurvey();
  expect(await late).toMatchObject({ ok: false });
});
