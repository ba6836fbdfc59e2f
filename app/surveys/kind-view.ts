import type { FieldView } from "../fields.ts";
import type { QuestionKind, QuestionKinds } from "./question-kind.ts";

/** What the editor needs of a kind: its name, its settings as inputs, and which words it says beside the question. */
export type KindView = { name: string; label: string; fields: Record<string, FieldView>; hasEnds: boolean };

export const viewKinds = (kinds: QuestionKinds): KindView[] =>
  Object.entries(kinds).map(([name, { label, settings, chart }]) => ({
    name,
    label,
    fields: viewFields(settings),
    hasEnds: chart === "scale",
  }));

const viewFields = (settings: QuestionKind["settings"]): Record<string, FieldView> =>
  Object.fromEntries(Object.entries(settings).map(([name, { parse: _, ...view }]) => [name, view]));
