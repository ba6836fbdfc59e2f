// Reads the editor's form into plain data without checking it. A text that is not a date becomes an invalid Date.
import { plainTexts, type Fields } from "../../../fields.ts";
import type { OfferTerms } from "../../offer.ts";
import { instantOfWall } from "./wall-time.ts";
import { placements, type OfferWords } from "../../wire.ts";
import type { Instant } from "../../../instant.ts";

const WORD = /^words\.([A-Za-z-]{2,12})\.(title|text|action)$/;

const textOf = (form: FormData, name: string): string => {
  const value = form.get(name);
  return typeof value === "string" ? value.trim() : "";
};

/** Names: locale (in which numbers are written), kind, name, segment (empty for everyone), placement (several), holdout (percent), starts, ends, words.LOCALE.PART, settings.NAME. */
export function termsOf(form: FormData, fields: Fields, timeZone: string): OfferTerms {
  const instantAt = (name: string): Instant => instantOfWall(textOf(form, name), timeZone) ?? new Date(NaN);
  const locale = textOf(form, "locale");
  return {
    kind: textOf(form, "kind"),
    name: textOf(form, "name"),
    segmentId: textOf(form, "segment") || null,
    settings: locale === "" ? settingsOf(form) : plainTexts(fields, settingsOf(form), locale),
    words: wordsOf(form),
    placements: placements.filter((placement) => form.getAll("placement").includes(placement)),
    holdout: Number(textOf(form, "holdout")),
    startsAt: instantAt("starts"),
    endsAt: textOf(form, "ends") ? instantAt("ends") : null,
  };
}

/** The version of the offer that the merchant saw. Null where the form has no version. */
export const seenIn = (form: FormData): number | null => Number(form.get("version") ?? "") || null;

const settingsOf = (form: FormData): Record<string, unknown> =>
  Object.fromEntries(
    [...form]
      .filter(([name]) => name.startsWith("settings."))
      .map(([name, value]) => [name.slice("settings.".length), value]),
  );

function wordsOf(form: FormData): Record<string, OfferWords> {
  const words = new Map<string, OfferWords>();
  for (const name of new Set(form.keys())) {
    const [, locale, part] = WORD.exec(name) ?? [];
    if (!locale || !part) continue;
    words.set(locale, { title: "", text: "", action: "", ...words.get(locale), [part]: textOf(form, name) });
  }
  return Object.fromEntries(words);
}
