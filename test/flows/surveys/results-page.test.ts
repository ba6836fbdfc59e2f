// The page of a survey's results. For a version that the survey does not have, all versions are shown.
import { afterAll, beforeAll, expect, test } from "vitest";
import { registry } from "../../../app/plugins/installed.server.ts";
import { sql } from "../../../app/db.server.ts";
import { midnightDaysAgo } from "../../../app/local-time.ts";
import { loader } from "../../../app/routes/app.surveys.$id.results.tsx";
import { merchant } from "../../../app/shopify.server.ts";
import { blank, templates } from "../../../app/surveys/editor/templates.ts";
import { setSurveyState } from "../../../app/surveys/definition/survey-state.server.ts";
import { savedSegment, savedSurvey } from "../../setup/definitions.ts";
import { startDevShop, type DevShop } from "../../setup/dev-shop.ts";

let dev: DevShop;
let survey: string;

beforeAll(async () => {
  dev = await startDevShop("results-page.myshopify.com");
  const { shop } = await merchant(dev.document("/app"));
  const placements = ["storefront" as const];
  const draft = { ...blank, ...templates["nps"], name: "Q", handle: "nps", placements };
  survey = await savedSurvey(shop, null, draft, registry.questionKinds);
  await setSurveyState(shop, survey, "active", { actor: "merchant" });
});
afterAll(() => dev.close());

test.each(["1e308", "1.5", "-1", "99999999999", "9007199254740993", "Infinity", "x", ""])(
  "a version that is no number of a version leads to no fault: %s",
  async (version) => {
    const request = dev.data(`/app/surveys/${survey}/results?version=${version}`);
    const { results } = await loader({ request, params: { id: survey }, context: {} });
    expect(results.responses).toBe(0);
  },
);

test("the results name the group that was asked: the placements and the segment", async () => {
  const read = async () => {
    const request = dev.data(`/app/surveys/${survey}/results`);
    return (await loader({ request, params: { id: survey }, context: {} })).survey;
  };
  expect(await read()).toEqual({ handle: "nps", state: "active", placements: ["storefront"], segment: null });
  const { shop } = await merchant(dev.document("/app"));
  const query = "number_of_orders > 1";
  const segmentId = await savedSegment(shop, { name: "Regulars", query }, registry);
  const placements = ["storefront" as const, "thank_you" as const];
  const draft = { ...blank, ...templates["nps"], name: "Q", handle: "nps", placements, segmentId };
  await savedSurvey(shop, survey, draft, registry.questionKinds);
  expect(await read()).toMatchObject({ placements, segment: "Regulars" });
});

test("the results count the responses of the last days in the shop's zone, today included", async () => {
  const { shop } = await merchant(dev.document("/app"));
  const midnight = (days: number) => midnightDaysAgo(days, shop.now(), shop.timeZone);
  await shop.db.tx(async (tx) => {
    for (const [id, at] of [
      ["new", midnight(29)],
      ["older", new Date(midnight(29).getTime() - 1)],
      ["old", midnight(100)],
    ] as const) {
      // prettier-ignore
      await tx.run(sql`insert into survey_response (shop_id, id, survey_id, version, surface, started_at)
        values (${shop.id}, ${id}, ${survey}, 1, 'storefront', ${at})`);
      await tx.run(sql`insert into answer (shop_id, response_id, question, position, survey, value_text, value_number, at)
        values (${shop.id}, ${id}, 'score', 1, 'nps', '9', 9, ${at})`);
    }
  });
  const counted = async (search: string) => {
    const request = dev.data(`/app/surveys/${survey}/results${search}`);
    const { results } = await loader({ request, params: { id: survey }, context: {} });
    return [results.days, results.responses, results.questions[0]?.responses];
  };
  expect(await counted("?days=30")).toEqual([30, 1, 1]);
  expect(await counted("?days=90&version=1")).toEqual([90, 2, 2]);
  for (const all of ["", "?days=x", "?days=-1", "?days=1e9"]) expect(await counted(all)).toEqual([null, 3, 3]);
});
