// The share of shoppers who answered a survey, of those who saw it on the thank-you page.
import { beforeEach, expect, test } from "vitest";
import { applyFacts } from "../../../app/customers/facts/apply.server.ts";
import { registry } from "../../../app/plugins/installed.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { submitAnswers } from "../../../app/surveys/answers/answer.server.ts";
import type { Respondent } from "../../../app/surveys/answers/respondent.ts";
import { noteShown } from "../../../app/surveys/answers/shown.server.ts";
import { setSurveyState } from "../../../app/surveys/definition/survey-state.server.ts";
import { blank, templates } from "../../../app/surveys/editor/templates.ts";
import { readResults } from "../../../app/surveys/results/results.server.ts";
import { readSurvey } from "../../../app/surveys/survey.server.ts";
import type { SurveyDraft } from "../../../app/surveys/survey.ts";
import { done, savedSurvey } from "../../setup/definitions.ts";
import { newShop } from "../new-shop.ts";
import { orderRow } from "../order-row.ts";

const kinds = registry.questionKinds;
let now: Date;
let shop: Shop;
let survey: string;

beforeEach(async () => {
  now = new Date();
  shop = await newShop(() => now);
  survey = await savedSurvey(shop, null, { ...blank, ...templates["nps"], name: "Mine" } as SurveyDraft, kinds);
  done(await setSurveyState(shop, survey, "active", { actor: "merchant" }));
});

const by = (more: Partial<Respondent>): Respondent => ({
  surface: "thank_you",
  orderClaim: null,
  customerId: null,
  anonymousId: null,
  token: JSON.stringify(more),
  ...more,
});
const sees = (who: Respondent, version = 1) => noteShown(shop, { id: survey, version }, who);
const answers = (who: Respondent) =>
  submitAnswers(
    shop,
    { survey, version: 1, locale: "en", answers: [{ question: "score", values: ["9"] }] },
    who,
    kinds,
  );
async function rate(version: number | null = null) {
  const asked = await readSurvey(shop, survey);
  if (!asked) throw new Error("the survey is there");
  return (await readResults(shop, asked, version)).rate;
}

const asha = by({ customerId: "7", checkoutToken: "a", orderClaim: "1" });
const guest = by({ checkoutToken: "b", orderClaim: "2" });

test("a shopper who sees the survey on two days and answers once is one of one, known by customer or by checkout", async () => {
  const since = now;
  for (const who of [asha, guest, by({ customerId: "8" }), by({ checkoutToken: "c" })]) await sees(who);
  now = new Date(now.getTime() + 86_400_000);
  await sees(asha);
  expect(await rate()).toMatchObject({ shown: 4, answered: 0 });
  await answers(asha);
  await answers(guest);
  // The order shows later which customer the guest is.
  const order = orderRow({ id: "2", customerId: "9", checkoutToken: "b" });
  await shop.db.tx((tx) => applyFacts(shop, tx, { orders: [order] }, { name: "shopify", history: false }));
  const minute = new Date(Math.floor(since.getTime() / 60_000) * 60_000);
  expect(await rate()).toEqual({ shown: 4, answered: 2, since: minute });
});

test("where nobody is known to have seen the survey there is no rate, although there are answers", async () => {
  await answers(asha);
  await answers({ ...by({ customerId: "8" }), surface: "storefront" });
  expect(await rate()).toBeNull();
  await sees(by({}));
  expect(await rate()).toBeNull();
});

test("the rate of a version is of the shoppers who saw that version", async () => {
  await sees(asha);
  await answers(asha);
  await sees(asha, 2);
  await sees(guest, 2);
  expect(await rate(1)).toMatchObject({ shown: 1, answered: 1 });
  expect(await rate(2)).toMatchObject({ shown: 2, answered: 0 });
  expect(await rate(3)).toBeNull();
  expect(await rate()).toMatchObject({ shown: 2, answered: 1 });
});
