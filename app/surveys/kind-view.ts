import type { FieldViews } from "../field-view.ts";
import { viewFields } from "../fields.ts";
import type { Culprit } from "../culprit.ts";
import type { QuestionKinds, Scale } from "./question-kind.ts";
import type { SurveyDraft } from "./survey.ts";

/** What the editor needs of a question kind: the name, the settings as inputs, and the words besides the question. */
export type KindView = {
  name: string;
  label: string;
  fields: FieldViews;
  /** The setting whose lines are translated. */
  perChoice: string | null;
  /** The scale whose two ends have words. */
  ends: Scale | null;
  /** The kind's plugin, if the plugin is off. The kind stays with its questions, and cannot be chosen for other questions. */
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

/** For each question, the inputs of its kind and their values. No inputs where the kind does not exist. */
export const settingsIn = ({ questions }: Pick<SurveyDraft, "questions">, kinds: KindView[]) =>
  questions.map(({ kind, settings }) => ({
    fields: kinds.find(({ name }) => name === kind)?.fields ?? {},
    values: settings,
  }));
