// Publishes the storefront's surveys as app-data metafields, so that the theme block asks without a request to the app.
import { isDeepStrictEqual } from "node:util";
import { adminFor, type AdminApi } from "../shopify/admin-api.server.ts";
import { readAppData, writeAppData } from "../shopify/app-data.server.ts";
import { locked } from "../lock.server.ts";
import type { Shop } from "../shop.server.ts";
import { askInEachLanguage } from "./answers/ask.ts";
import type { QuestionKinds } from "./question-kind.ts";
import { readAskedSince, surveyOn } from "./survey.server.ts";
import type { AskedSurvey } from "./wire.ts";

/** `surveys`: by language, the surveys to ask. The block asks the first one. */
export type SurveyCatalogue = { surveys: Record<string, AskedSurvey[]> };

/** The job surveys.publish: publishes the surveys that are active now. Runs at least once, one run at a time for each shop. */
export async function publishSurveys(shop: Shop, kinds: QuestionKinds, api?: AdminApi): Promise<void> {
  await locked(`surveys.publish ${shop.id}`, async () => {
    const admin = api ?? (await adminFor(shop));
    const survey = await surveyOn(shop, "storefront", null);
    const since = survey ? await readAskedSince(shop, survey) : 1;
    const asked = survey ? Object.entries(askInEachLanguage({ ...survey, since }, kinds)) : [];
    // A survey whose kinds are all switched off has no questions left.
    const open = asked.filter(([, { questions }]) => questions.length > 0);
    const catalogue: SurveyCatalogue = {
      surveys: Object.fromEntries(open.map(([language, one]) => [language, [one]])),
    };
    const published = await readAppData(admin, "surveys");
    if (isDeepStrictEqual(JSON.parse(published.json ?? "{}"), catalogue)) return;
    const refusal = await writeAppData(admin, published.installation, "surveys", JSON.stringify(catalogue));
    if (refusal) throw new Error(`the survey was refused: ${refusal}`);
  });
}
