// Each person's answer is counted once, and only the answers of people who are asked.
import { beforeEach, expect, test } from "vitest";
import { applyFacts } from "../../../app/customers/facts/apply.server.ts";
import { sql } from "../../../app/db.server.ts";
import { registry } from "../../../app/plugins/installed.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import {
  answeredQuestions,
  bindResponses,
  submitAnswers,
  submitWhereAsked,
} from "../../../app/surveys/answers/answer.server.ts";
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

test("a survey for a segment takes the answers of its members, and of those who left after it was published", async () => {
  await shop.db.tx((tx) =>
    tx.run(sql`
      insert into segment (shop_id, id, handle, name, query, created_at, updated_at)
      values (${shop.id}, 'gold', 'gold', 'Gold', 'number_of_orders > 0', now(), now())`),
  );
  survey = await publish({
    ...draft,
    name: "Gold",
    handle: "gold",
    placements: ["thank_you", "storefront"],
    segmentId: "gold",
  });
  const stay = (customer: string, left: string | null) =>
    shop.db.tx((tx) =>
      tx.run(sql`
        insert into membership (shop_id, segment_id, customer_id, entered_at, entered_cause, left_at, left_recorded_at) values
        (${shop.id}, 'gold', ${customer}, now() - interval '9 days', 'test', ${left}::timestamptz, ${left}::timestamptz)`),
    );
  const minutes = (number: number) => new Date(shop.now().getTime() + number * 60_000).toISOString();
  await stay("1", null);
  await stay("2", minutes(1));
  await stay("3", minutes(-60));
  const shopper = (customerId: string | null): Respondent => ({
    ...{ surface: "storefront", orderClaim: null, address: "203.0.113.7" },
    ...{ customerId, anonymousId: customerId ? null : "0b7d1a6e-54f0-4b0f-9b5e-3f2f6d8d0c11" },
  });
  const taken = async (who: Respondent) => (await submitWhereAsked(shop, said("9"), who, kinds)).ok;
  expect(await Promise.all(["1", "2", "3", "4", null].map((id) => taken(shopper(id))))).toEqual([
    ...[true, true, false, false, false],
  ]);
  const buyers = [buyer("11", "1"), buyer("12", "2"), buyer("13", "3"), buyer("14", "4"), buyer("15")];
  expect(await Promise.all(buyers.map(taken))).toEqual([true, true, false, false, false]);
  expect(await counted()).toBe(2);
});

test("a customer who became part of another while the page was open can still answer the segment's survey", async () => {
  await shop.db.tx(async (tx) => {
    await tx.run(sql`
      insert into segment (shop_id, id, handle, name, query, created_at, updated_at)
      values (${shop.id}, 'gold', 'gold', 'Gold', 'number_of_orders > 0', now(), now())`);
    await tx.run(
      sql`insert into customer (shop_id, id, merged_into) values (${shop.id}, '1', '2'), (${shop.id}, '2', null)`,
    );
    await tx.run(sql`insert into membership (shop_id, segment_id, customer_id, entered_at, entered_cause)
      values (${shop.id}, 'gold', '2', now(), 'test')`);
  });
  survey = await publish({ ...draft, name: "Gold", handle: "gold", segmentId: "gold" });
  expect(await submitWhereAsked(shop, said("9"), buyer("1", "1"), kinds)).toMatchObject({ ok: true });
});
