// Answers of a customer who was redacted or merged while a page still had the customer's id.
import { beforeEach, expect, test } from "vitest";
import { applyFacts } from "../../../app/customers/facts/apply.server.ts";
import { sql } from "../../../app/db.server.ts";
import { registry } from "../../../app/plugins/installed.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { answeredQuestions, submitAnswers } from "../../../app/surveys/answers/answer.server.ts";
import type { Respondent } from "../../../app/surveys/answers/respondent.ts";
import { setSurveyState } from "../../../app/surveys/definition/survey-state.server.ts";
import { blank, templates } from "../../../app/surveys/editor/templates.ts";
import { readResults } from "../../../app/surveys/results/results.server.ts";
import { readSurvey } from "../../../app/surveys/survey.server.ts";
import type { SurveyDraft } from "../../../app/surveys/survey.ts";
import { comply, fileRequest } from "../../../app/sync/compliance/compliance.server.ts";
import { shopify } from "../../../app/sync/sources/shopify/source.server.ts";
import { eraseSteps } from "../../../app/worker/erasure.server.ts";
import { done, savedSurvey } from "../../setup/definitions.ts";
import { newShop } from "../new-shop.ts";
import { orderRow } from "../order-row.ts";

const kinds = registry.questionKinds;
const AT = "2026-11-22T00:00:00.000Z";
let shop: Shop;
let survey: string;

beforeEach(async () => {
  shop = await newShop();
  survey = await savedSurvey(shop, null, { ...blank, ...templates["nps"], name: "Mine" } as SurveyDraft, kinds);
  done(await setSurveyState(shop, survey, "active", { actor: "merchant" }));
});

const apply = (entities: Parameters<typeof applyFacts>[2]) =>
  shop.db.tx((tx) => applyFacts(shop, tx, entities, { name: "shopify", history: false }));
const by = (more: Partial<Respondent>): Respondent => ({
  surface: "thank_you",
  orderClaim: null,
  customerId: null,
  anonymousId: null,
  ...more,
});
const answer = (who: Respondent) =>
  submitAnswers(
    shop,
    { survey, version: 1, locale: "en", answers: [{ question: "score", values: ["9"] }] },
    who,
    kinds,
  );
const rows = (statement: ReturnType<typeof sql>) => shop.db.tx((tx) => tx.rows(statement));

test("an answer of a redacted customer is counted and names neither the customer nor the order", async () => {
  await apply({ orders: [orderRow({ id: "8811", customerId: "7711", checkoutToken: "token" })] });
  const body = Buffer.from(JSON.stringify({ shop_domain: shop.id, customer: { id: 7711 }, orders_to_redact: [8811] }));
  const arrival = { connection: "", topic: "customers/redact", key: "k", receivedAt: new Date(), body };
  await shop.db.tx((tx) => fileRequest(shop.id, tx, shopify, arrival));
  await comply(shop.id, "erase customer shopify k", eraseSteps);

  const who = by({ orderClaim: "8811", checkoutToken: "token", customerId: "7711" });
  expect(await answer(who)).toMatchObject({ ok: true, recorded: 1 });
  expect(await answer(who)).toMatchObject({ ok: true, recorded: 0 });
  expect(await answer(by({ customerId: "7711" }))).toMatchObject({ ok: true, recorded: 1 });
  const nobody = { customer: null, claim: null, token: null };
  expect(
    await rows(sql`select customer_id as customer, order_claim as claim, checkout_token as token from survey_response
      where shop_id = ${shop.id}`),
  ).toEqual([nobody, nobody]);
  const named = sql`shop_id = ${shop.id} and customer_id = '7711'`;
  for (const table of [
    sql`select 1 from answer where ${named}`,
    sql`select 1 from event where ${named}`,
    sql`select 1 from outbox where ${named}`,
    sql`select 1 from customer_change where ${named}`,
  ])
    expect(await rows(table)).toEqual([]);
});

test("results say that they lack the responses of a customer whose data was erased since the survey was created", async () => {
  await apply({ orders: [orderRow({ id: "8811", customerId: "7711", checkoutToken: "token" })] });
  await answer(by({ orderClaim: "8811", checkoutToken: "token" }));
  const results = async () => {
    const held = await readSurvey(shop, survey);
    return held && readResults(shop, held);
  };
  expect(await results()).toMatchObject({ responses: 1, lacksErased: false });
  const body = Buffer.from(JSON.stringify({ shop_domain: shop.id, customer: { id: 7711 }, orders_to_redact: [8811] }));
  const arrival = { connection: "", topic: "customers/redact", key: "k", receivedAt: new Date(), body };
  await shop.db.tx((tx) => fileRequest(shop.id, tx, shopify, arrival));
  await comply(shop.id, "erase customer shopify k", eraseSteps);
  expect(await results()).toMatchObject({ responses: 0, lacksErased: true });
});

test("an answer of a merged customer belongs to the kept customer", async () => {
  await apply({ orders: [orderRow({ id: "1", customerId: "11" }), orderRow({ id: "2", customerId: "22" })] });
  await apply({ merges: [{ keptId: "22", deletedId: "11", at: AT }] });
  const who = by({ surface: "storefront", customerId: "11" });
  expect(await answer(who)).toMatchObject({ ok: true, recorded: 1 });
  // The order of the merged customer belongs to the kept customer.
  expect(await answer(by({ orderClaim: "1", customerId: "11" }))).toMatchObject({ ok: true });
  expect(await rows(sql`select distinct customer_id from answer where shop_id = ${shop.id}`)).toEqual([
    { customer_id: "22" },
  ]);
  expect(
    await rows(sql`select distinct customer_id from event where shop_id = ${shop.id} and kind = 'survey.answered'`),
  ).toEqual([{ customer_id: "22" }]);
  const asked = await readSurvey(shop, survey);
  if (!asked) throw new Error("the survey is there");
  expect(await answeredQuestions(shop, asked, by({ surface: "storefront", customerId: "22" }))).toEqual(["score"]);
});
