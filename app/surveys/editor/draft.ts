// A survey as the editor sends it.
import { z } from "zod";
import { withoutInvisible } from "../../invisible.ts";
import { readPlainJson } from "../plain-text.ts";
import type { SurveyDraft } from "../survey.ts";

const visible = (max: number) => z.string().max(max).transform(withoutInvisible);
const text = visible(500);
const language = z.string().regex(/^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?$/);
const words = z.object({ label: text, choices: z.array(text).max(30), low: text, high: text });
const one = z.union([text, z.array(text).max(50), z.number(), z.boolean(), z.null()]);
/** A group of settings is an object of theirs. */
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

/** Null when it is not a draft. */
export function readDraft(sent: unknown): SurveyDraft | null {
  try {
    return draft.parse(readPlainJson(String(sent)));
  } catch {
    return null;
  }
}
