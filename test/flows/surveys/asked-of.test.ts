// Whom and where a survey asks, while pages are open that were asked before the merchant changed it.
import { beforeEach, expect, test } from "vitest";
import { sql } from "../../../app/db.server.ts";
import { registry } from "../../../app/plugins/installed.server.ts";
import { evaluateSegment } from "../../../app/segments/memberships/build.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { setSurveyState } from "../../../app/surveys/definition/survey-state.server.ts";
import { blank, templates } from "../../../app/surveys/editor/templates.ts";
import { isAskedOf, surveyOn } from "../../../app/surveys/survey.server.ts";
import type { Surface, SurveyDraft } from "../../../app/surveys/survey.ts";
import { savedSegment, savedSurvey } from "../../setup/definitions.ts";
import { addCustomers, newShop } from "../new-shop.ts";

const draft: SurveyDraft = { ...blank, ...templates["nps"], name: "Q", handle: "nps", placements: ["storefront"] };
let shop: Shop;
let tea: string;
let tins: string;

beforeEach(async () => {
  shop = await newShop();
  await addCustomers(shop, "tea", "tins", "neither");
  await shop.db.tx((tx) => tx.run(sql`update customer set tags = array[id] where shop_id = ${shop.id}`));
  [tea, tins] = [await segmentOf("tea"), await segmentOf("tins")];
});

async function segmentOf(tag: string): Promise<string> {
  const id = await savedSegment(shop, { name: tag, query: `customer_tags CONTAINS '${tag}'` }, registry);
  await evaluateSegment(shop, id, registry, () => Promise.resolve());
  return id;
}

async function ask(more: Partial<SurveyDraft>): Promise<string> {
  const id = await savedSurvey(shop, null, { ...draft, ...more }, registry.questionKinds);
  await setSurveyState(shop, id, "active", { actor: "merchant" });
  return id;
}
const change = (id: string, more: Partial<SurveyDraft>) =>
  savedSurvey(shop, id, { ...draft, ...more }, registry.questionKinds);
const mayAnswer = (survey: string, who: string, surface: Surface = "storefront") =>
  isAskedOf(shop, { survey, version: 1 }, surface, who);

test("a customer answers on a page that was opened before the merchant chose another segment", async () => {
  const id = await ask({ segmentId: tea });
  await change(id, { segmentId: tins });
  expect((await surveyOn(shop, "storefront", "tea"))?.id).toBeUndefined();
  expect(await mayAnswer(id, "tea")).toBe(true);
  expect(await mayAnswer(id, "tins")).toBe(true);
  expect(await mayAnswer(id, "neither")).toBe(false);
});

test("a customer answers on a page that was opened before the merchant chose a segment, or another place", async () => {
  const id = await ask({});
  await change(id, { segmentId: tins, placements: ["thank_you"] });
  expect(await mayAnswer(id, "neither")).toBe(true);
  expect(await mayAnswer(id, "tins", "thank_you")).toBe(true);
  const onlyTea = await ask({ segmentId: tea, handle: "other" });
  expect(await mayAnswer(onlyTea, "tea", "thank_you")).toBe(false);
});

test("a version of other questions is asked only of the segment that was chosen for it", async () => {
  const id = await ask({ segmentId: tea });
  await change(id, { segmentId: tins, questions: draft.questions.slice(0, 1) });
  const second = (who: string) => isAskedOf(shop, { survey: id, version: 2 }, "storefront", who);
  expect([await second("tea"), await second("tins")]).toEqual([false, true]);
});
