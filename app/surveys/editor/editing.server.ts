import { refused, type Fault, type Outcome } from "../../errors.ts";
import type { Shop } from "../../shop.server.ts";
import { readDraft } from "./draft/draft.ts";
import { MISSING, saveSurvey, type Saving } from "../definition/save-survey.server.ts";
import { deleteSurvey, setSurveyState } from "../definition/survey-state.server.ts";
import { listSurveys, readSurvey } from "../survey.server.ts";
import type { SurveyDraft } from "../survey.ts";
import { blank, templates } from "./templates.ts";

/** The draft of a new survey, from a template, with a free short name. An unknown template gives an empty draft. */
export async function startDraft(shop: Shop, template: string): Promise<SurveyDraft> {
  const draft = { ...blank, ...(Object.hasOwn(templates, template) ? templates[template] : {}) };
  return { ...draft, handle: await freeHandle(shop, draft.handle) };
}

/** A short name has at most 40 letters. */
const LONGEST_STEM = 35;

async function freeHandle(shop: Shop, wanted: string): Promise<string> {
  const taken = new Set((await listSurveys(shop)).map(({ handle }) => handle));
  let handle = wanted;
  for (let number = 2; taken.has(handle); number += 1) handle = `${wanted.slice(0, LONGEST_STEM)}_${number}`;
  return handle;
}

/** Makes a draft from a survey. */
async function duplicateSurvey(
  shop: Shop,
  id: string,
  name: string,
  by: By,
): Promise<Outcome<{ next: string | null }>> {
  const survey = await readSurvey(shop, id);
  if (!survey) return refused(MISSING);
  const { placements, segmentId, questions, words } = survey;
  const handle = await freeHandle(shop, survey.handle);
  const copy = await saveSurvey(shop, null, { name, handle, placements, segmentId, questions, words }, by);
  return copy.ok ? { ok: true, next: `/app/surveys/${copy.id}` } : copy;
}

type By = Pick<Saving, "kinds" | "actor">;

const textIn = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

/**
 * What the editor's buttons do: `save`, `start`, `end`, `duplicate`, `delete`. The form's `version` is the one that the merchant saw. `next`
 * is the page to go to.
 */
export async function actOnSurvey(
  shop: Shop,
  id: string | null,
  { intent, draft: sent, version, locale, name }: Record<string, unknown>,
  by: By,
): Promise<Outcome<{ next: string | null }>> {
  const expectedVersion = textIn(version);
  if (intent === "save") {
    const draft = readDraft(sent, by.kinds, textIn(locale));
    if (!draft) return refused(UNREADABLE);
    const saved = await saveSurvey(shop, id, draft, { ...by, expectedVersion });
    return saved.ok ? { ok: true, next: id === null ? `/app/surveys/${saved.id}` : null } : saved;
  }
  if (id === null) return refused(MISSING);
  if (intent === "delete") {
    const deleted = await deleteSurvey(shop, id, by);
    return deleted.ok ? { ok: true, next: `/app/surveys?deleted=${id}` } : deleted;
  }
  if (intent === "duplicate") return duplicateSurvey(shop, id, (textIn(name) ?? "").slice(0, 255), by);
  if (intent !== "start" && intent !== "end") return refused(UNREADABLE);
  const moved =
    intent === "start"
      ? await setSurveyState(shop, id, "active", { actor: by.actor, expectedVersion })
      : await setSurveyState(shop, id, "ended", { actor: by.actor });
  return moved.ok ? { ok: true, next: null } : moved;
}

const UNREADABLE: Fault = { key: "surveys.fault.unreadable" };
