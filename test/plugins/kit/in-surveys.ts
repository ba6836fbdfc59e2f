// Checks answers to questions of a kind, and answers a survey as a customer of the shop does.
import { sql } from "../../../app/db.server.ts";
import { settingsOf } from "../../../app/plugins/running/given/context.server.ts";
import type { Registry } from "../../../app/plugins/registry.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { submitWhereAsked } from "../../../app/surveys/answers/answer.server.ts";
import { checkAnswer } from "../../../app/surveys/answers/check-answers.ts";
import { setSurveyState } from "../../../app/surveys/definition/survey-state.server.ts";
import { blank } from "../../../app/surveys/editor/templates.ts";
import type { Checked } from "../../../app/surveys/question-kind.ts";
import { done, savedSurvey } from "../../setup/definitions.ts";

type Settings = Record<string, unknown>;

export type InSurveys = {
  /** What the survey says of these values: the answer to store, or the fault. A setting that is left out has its initial value. */
  answer(kind: string, values: string[], settings?: Settings): Promise<Checked>;
  /** Asks a survey with one question of this kind, which the customer answers. Throws if the answer is refused. */
  answerAs(customerId: string, kind: string, values: string[], settings?: Settings): Promise<void>;
};

export function inSurveys(shop: Shop, registryNow: () => Promise<Registry>): InSurveys {
  let surveys = 0;
  const kindOf = ({ questionKinds }: Registry, name: string) => {
    const kind = questionKinds[name];
    if (!kind) throw new Error(`the plugin has no question kind ${name}`);
    return kind;
  };
  return {
    async answer(name, values, given) {
      const kind = kindOf(await registryNow(), name);
      return checkAnswer(kind, values, { settings: settingsOf(kind.settings, given), now: shop.now() });
    },
    async answerAs(customerId, name, values, given) {
      const registry = await registryNow();
      await expectCustomer(shop, customerId);
      const question = {
        handle: "question",
        kind: name,
        optional: false,
        settings: settingsOf(kindOf(registry, name).settings, given),
        words: { en: { label: "What do you say?", choices: [], low: "", high: "" } },
      };
      const handle = `survey_${(surveys += 1)}`;
      const draft = { ...blank, name: handle, handle, placements: ["storefront" as const], questions: [question] };
      const survey = await savedSurvey(shop, null, draft, registry.questionKinds);
      done(await setSurveyState(shop, survey, "active", { actor: "merchant" }));
      const sent = { survey, version: 1, locale: "en", answers: [{ question: question.handle, values }] };
      const who = { surface: "storefront", orderClaim: null, customerId, anonymousId: null } as const;
      const submitted = await submitWhereAsked(shop, sent, who, registry.questionKinds);
      if (!submitted.ok) throw new Error(`the answer is refused: ${submitted.faults.map(({ key }) => key).join(", ")}`);
    },
  };
}

async function expectCustomer(shop: Shop, id: string): Promise<void> {
  const known = await shop.db.tx((tx) =>
    tx.rows(sql`select 1 from api.customers where shop_id = ${shop.id} and id = ${id}`),
  );
  if (known.length === 0) throw new Error(`the shop has no customer ${id}: make one with addCustomer(), and settle()`);
}
