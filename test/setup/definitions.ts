// Saves the definitions of tests. A test's definitions are valid, so a refusal throws.
import type { Outcome } from "../../app/errors.ts";
import { saveSegment, type SegmentDraft } from "../../app/segments/definition/save-segment.server.ts";
import type { Engine } from "../../app/segments/memberships/live-segment.server.ts";
import type { Shop } from "../../app/shop.server.ts";
import type { QuestionKinds } from "../../app/surveys/question-kind.ts";
import { saveSurvey } from "../../app/surveys/definition/save-survey.server.ts";
import type { SurveyDraft } from "../../app/surveys/survey.ts";

export function done<Done>(outcome: Outcome<Done>): Done {
  if (!outcome.ok) throw new Error(`refused: ${JSON.stringify(outcome.faults)}`);
  return outcome;
}

/** The faults' keys by field. A fault without a field is under `form`. */
export const faultsIn = (outcome: Outcome): Record<string, string> =>
  Object.fromEntries(outcome.ok ? [] : outcome.faults.map(({ key, field = "form" }) => [field, key]));

/** Saves a segment and returns its id. */
export const savedSegment = async (shop: Shop, draft: SegmentDraft, engine: Engine): Promise<string> =>
  done(await saveSegment(shop, draft, { engine, actor: "merchant" })).id;

/** The id of a survey that was saved. */
export const savedSurvey = async (
  shop: Shop,
  id: string | null,
  draft: SurveyDraft,
  kinds: QuestionKinds,
): Promise<string> => done(await saveSurvey(shop, id, draft, { kinds, actor: "merchant" })).id;
