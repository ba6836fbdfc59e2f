// The result that the list shows for each survey, and the texts of an answer on the timeline.
import { randomUUID } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { compareAnswers } from "../../../app/analytics/figures.server.ts";
import { readTimeline } from "../../../app/customers/timeline.server.ts";
import { forShop, sql } from "../../../app/db.server.ts";
import { registry } from "../../../app/plugins/installed.server.ts";
import { openShop, type Shop } from "../../../app/shop.server.ts";
import { submitAnswers } from "../../../app/surveys/answers/answer.server.ts";
import { readHeadlines } from "../../../app/surveys/results/headline.server.ts";
import { listSurveys } from "../../../app/surveys/survey.server.ts";
import { setSurveyState } from "../../../app/surveys/definition/survey-state.server.ts";
import { savedSurvey } from "../../setup/definitions.ts";
import { blank, templates } from "../../../app/surveys/editor/templates.ts";

const kinds = registry.questionKinds;
let shops = 0;
let shop: Shop;

beforeEach(async () => {
  const id = `headlines-${(shops += 1)}.myshopify.com`;
  await forShop(id).tx(async (tx) => {
    await tx.run(
      sql`insert into shop (id, domain, time_zone, currency, installed_at) values (${id}, ${id}, 'Asia/Kolkata', 'INR', now())`,
    );
    await tx.run(sql`insert into customer (shop_id, id, first_name) values (${id}, '7', 'Asha')`);
  });
  const opened = await openShop(id);
  if (!opened) throw new Error("the shop is there");
  shop = opened;
});

async function ask(template: "nps" | "attribution" | "reason"): Promise<string> {
  const draft = { ...blank, ...templates[template], name: template };
  const id = await savedSurvey(shop, null, draft, kinds);
  await setSurveyState(shop, id, "active", { actor: "merchant" });
  return id;
}

async function answer(survey: string, question: string, value: string, customerId: string | null = null) {
  const who = { surface: "storefront", orderClaim: null, customerId, anonymousId: randomUUID() } as const;
  const sent = { survey, version: 1, locale: "en", answers: [{ question, values: [value] }] };
  expect(await submitAnswers(shop, sent, who, kinds)).toMatchObject({ ok: true });
}

const headlines = async () => readHeadlines(shop, await listSurveys(shop));

test("the list shows the net promoter score of a score, the most frequent of choices, and nothing of a survey without answers", async () => {
  const [nps, attribution] = [await ask("nps"), await ask("attribution")];
  for (const score of ["10", "9", "3", "8"]) await answer(nps, "score", score);
  for (const channel of ["Instagram", "A friend", "Instagram"]) await answer(attribution, "channel", channel);
  expect(await headlines()).toEqual(
    new Map([
      [nps, { shape: "score", score: 25 }],
      [attribution, { shape: "top", value: "Instagram", share: 2 / 3 }],
    ]),
  );
  await ask("reason");
  expect((await headlines()).size).toBe(2);
});

test("a question from 0 to 10 that asks for no recommendation has an average, and is not in the net promoter score", async () => {
  const draft = { ...blank, ...templates["nps"], name: "Tea", handle: "tea" };
  const [score] = draft.questions;
  if (!score) throw new Error("the template has a question");
  const id = await savedSurvey(shop, null, { ...draft, questions: [{ ...score, kind: "zero_to_ten" }] }, kinds);
  await setSurveyState(shop, id, "active", { actor: "merchant" });
  for (const given of ["10", "3"]) await answer(id, "score", given);
  expect(await headlines()).toEqual(new Map([[id, { shape: "mean", mean: 6.5 }]]));
  expect(await compareAnswers(shop, ({ nps }) => nps)).toEqual({ value: null, before: null });
});

test("the timeline shows an answer with the question as it was asked", async () => {
  await answer(await ask("nps"), "score", "9", "7");
  const [entry] = await readTimeline(shop, "7", null);
  expect(entry).toMatchObject({
    kind: "survey.answered",
    data: { asked: "How likely are you to recommend us to a friend?", question: "score", answers: ["9"] },
  });
});
