// The surveys of the storefront as an app-data metafield, so that the theme block asks nothing of us before it is answered.
import { adminFor } from "../admin-api.server.ts";
import { writeAppData } from "../app-data.server.ts";
import { UserError } from "../errors.ts";
import type { Shop } from "../shop.server.ts";
import { askInEachLanguage } from "./ask.ts";
import type { QuestionKinds } from "./question-kind.ts";
import { surveyOn } from "./survey.server.ts";
import type { AskedSurvey } from "./wire.ts";

/** `surveys`: by language, what is asked; the first is the one. */
export type SurveyCatalogue = { surveys: Record<string, AskedSurvey[]> };

/** The job surveys.publish: what is active now, whatever was published before. */
export async function publishSurveys(shop: Shop, kinds: QuestionKinds): Promise<void> {
  const survey = await surveyOn(shop, "storefront", null);
  const catalogue: SurveyCatalogue = { surveys: {} };
  if (survey)
    for (const [language, asked] of Object.entries(askInEachLanguage(survey, kinds)))
      catalogue.surveys[language] = [asked];
  const refused = await writeAppData(await adminFor(shop), "surveys", JSON.stringify(catalogue));
  if (refused) throw new UserError("surveys.fault.refused", { reason: refused });
}
