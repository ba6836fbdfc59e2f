// The draft of a survey, in the form that the editor sends.
import { z } from "zod";
import { plainTexts } from "../../../fields.ts";
import { withoutInvisible } from "../../../invisible.ts";
import { own } from "../../../own.ts";
import { readPlainJson } from "../../plain-text.ts";
import type { QuestionKinds } from "../../question-kind.ts";
import type { SurveyDraft } from "../../survey.ts";

const visible = (max: number) => z.string().max(max).transform(withoutInvisible);
const text = visible(500);
const language = z.string().regex(/^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?$/);
const words = z.object({ label: text, choices: z.array(text).max(30), low: text, high: text });
const one = z.union([text, z.array(text).max(50), z.number(), z.boolean(), z.null()]);
/** A group of settings is an object of settings. */
const setting = z.union([one, z.record(z.string().max(60), one)]);

const draft = z.object({
  name: visible(255),
  handle: z.string().max(40),
  placements: z.array(z.enum(["thank_you", "storefront"])),
  segmentId: z.string().max(64).nullable(),
  questions: z
    .array(
      z.object({
        handle: z.string().max(40),
        kind: z.string().max(60),
        optional: z.boolean(),
        settings: z.record(z.string().max(120), setting),
        words: z.record(language, words),
      }),
    )
    .max(50),
  words: z.record(language, z.object({ title: text, thanks: text, submit: text })),
});

/** Null if `sent` is not a draft. `locale`: the language in which numbers were typed. Left out: numbers are plain. */
export function readDraft(sent: unknown, kinds: QuestionKinds = {}, locale?: string): SurveyDraft | null {
  try {
    const read = draft.parse(readPlainJson(String(sent)));
    if (locale === undefined) return read;
    const questions = read.questions.map((question) => ({
      ...question,
      settings: plainTexts(own(kinds, question.kind)?.settings ?? {}, question.settings, locale),
    }));
    return { ...read, questions };
  } catch {
    return null;
  }
}
