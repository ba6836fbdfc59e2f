import { outcomeOf, UserError, type Outcome } from "../../errors.ts";
import type { Shop } from "../../shop.server.ts";
import { readDraft } from "./draft.ts";
import type { QuestionKinds } from "../question-kind.ts";
import { deleteSurvey, listSurveys, saveSurvey, setSurveyState } from "../survey.server.ts";
import type { SurveyDraft } from "../survey.ts";
import { blank, templates } from "./templates.ts";

/** A survey to begin with, under a short name that is free. An unknown template is a blank page. */
export async function startDraft(shop: Shop, template: string): Promise<SurveyDraft> {
  const draft = { ...blank, ...(Object.hasOwn(templates, template) ? templates[template] : {}) };
  const taken = new Set((await listSurveys(shop)).map(({ handle }) => handle));
  let handle = draft.handle;
  for (let number = 2; taken.has(handle); number += 1) handle = `${draft.handle}_${number}`;
  return { ...draft, handle };
}

/** What the editor's buttons do: `save`, `start`, `end`, `delete`; with `version`, of what the merchant saw. `next` is the page to go to. */
export const actOnSurvey = (
  shop: Shop,
  id: string | null,
  form: Record<string, unknown>,
  kinds: QuestionKinds,
): Promise<Outcome<{ next: string | null }>> => outcomeOf(() => act(shop, id, form, kinds));

const textIn = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

async function act(
  shop: Shop,
  id: string | null,
  { intent, draft: sent, version, locale }: Record<string, unknown>,
  kinds: QuestionKinds,
): Promise<Outcome<{ next: string | null }>> {
  const seen = textIn(version) ?? null;
  if (intent === "save") {
    const draft = readDraft(sent);
    if (!draft) throw new UserError("surveys.fault.unreadable");
    const saved = await saveSurvey(shop, id, draft, kinds, { seen, locale: textIn(locale) });
    return saved.ok ? { ok: true, next: id === null ? `/app/surveys/${saved.id}` : null } : saved;
  }
  if (id === null) throw new UserError("surveys.fault.missing");
  if (intent === "delete") {
    await deleteSurvey(shop, id);
    return { ok: true, next: `/app/surveys?deleted=${id}` };
  }
  if (intent === "start") await setSurveyState(shop, id, "active", seen);
  else if (intent === "end") await setSurveyState(shop, id, "ended");
  else throw new UserError("surveys.fault.unreadable");
  return { ok: true, next: null };
}
