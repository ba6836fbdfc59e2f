// A survey as the editor sends it.
import { z } from "zod";
import type { SurveyDraft } from "./survey.server.ts";

const text = z.string().max(500);
const words = z.object({ label: text, choices: z.array(text).max(30), low: text, high: text });

const draft = z.object({
  name: z.string().max(255),
  handle: z.string().max(40),
  placements: z.array(z.enum(["thank_you", "storefront"])),
  segmentId: z.string().max(64).nullable(),
  questions: z
    .array(
      z.object({
        handle: z.string().max(40),
        kind: z.string().max(60),
        optional: z.boolean(),
        settings: z.record(z.string(), z.unknown()),
        words: z.record(z.string().max(20), words),
      }),
    )
    .max(50),
  words: z.record(z.string().max(20), z.object({ title: text, thanks: text, submit: text })),
});

/** Null when it is not a draft. */
export function readDraft(sent: unknown): SurveyDraft | null {
  try {
    return draft.parse(JSON.parse(String(sent)));
  } catch {
    return null;
  }
}
