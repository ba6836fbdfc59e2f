import type { FieldViews } from "../field-view.ts";
import { viewFields } from "../fields.ts";
import type { Culprit } from "../culprit.ts";
import type { QuestionKinds, Scale } from "./question-kind.ts";
import type { SurveyDraft } from "./survey.ts";

/** What the editor needs of a kind: its name, its settings as inputs, and which words it says beside the question. */
export type KindView = {
  name: string;
  label: string;
  fields: FieldViews;
  /** The setting whose lines have words of their own in other languages. */
  perChoice: string | null;
  /** The scale whose ends have words. */
  ends: Scale | null;
  /** Its plugin, where the plugin is off: the kind stays with its questions, and is no choice for others. */
  culprit: Culprit | null;
};

export const viewKinds = (kinds: QuestionKinds): KindView[] =>
  Object.entries(kinds).map(([name, { label, settings, scale, words = {} }]) => ({
    name,
    label,
    fields: viewFields(settings),
    perChoice: words.perChoice ?? null,
    ends: words.ends && scale ? scale : null,
    culprit: null,
  }));

/** A kind whose plugin is off, so that its name and its plugin can be shown. */
export const viewOff = (culprit: Culprit): KindView => ({
  ...{ name: culprit.name, label: culprit.label, fields: {}, perChoice: null, ends: null, culprit },
});

/** Of each question the inputs of its kind, none where the kind is not there, and what they hold. */
export const settingsIn = ({ questions }: Pick<SurveyDraft, "questions">, kinds: KindView[]) =>
  questions.map(({ kind, settings }) => ({
    fields: kinds.find(({ name }) => name === kind)?.fields ?? {},
    values: settings,
  }));
