// The page of a survey's results. For a version that the survey does not have, all versions are shown.
import { afterAll, beforeAll, expect, test } from "vitest";
import { registry } from "../../../app/plugins/installed.server.ts";
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
