// Checks a merchant's terms of an offer, as plain data. Returns all faults at once, each with its field.
import { refused, type Fault, type Outcome } from "../../errors.ts";
import { parseFields } from "../../fields.ts";
import { withoutInvisible } from "../../invisible.ts";
import type { OfferTerms } from "../offer.ts";
import type { OfferKind } from "../offer-kind.ts";
import { placements, type OfferWords } from "../wire.ts";
import type { Instant } from "../../instant.ts";

const LONGEST = { name: 120, title: 80, text: 240, action: 30 };
const MOST_HELD_OUT = 90;
const PARTS = ["title", "text", "action"] as const;
const LOCALE = /^[A-Za-z-]{2,12}$/;
/** Dates and amounts are written in the language, so that Intl must know its form. */
const isLocale = (text: string): boolean => LOCALE.test(text) && hasForm(text);
function hasForm(locale: string): boolean {
  try {
    return Intl.getCanonicalLocales(locale).length > 0;
  } catch {
    return false;
  }
}

const plain = (text: string): string => withoutInvisible(text).trim();
const isDate = (date: Instant): boolean => !Number.isNaN(date.getTime());

const tooLong = (field: string, max: number): Fault => ({ key: "app.field.too_long", parameters: { max }, field });

/**
 * Returns the terms as they are stored: settings as the kind reads them, without invisible characters and without languages that
 * have no words. Fields of faults: `name`, `segment`, `placement`, `holdout`, `starts`, `ends`, `settings.NAME`, `words.LOCALE.PART`.
 */
export function checkTerms(
  terms: OfferTerms,
  kind: Pick<OfferKind, "settings">,
  currency: string,
): Outcome<{ terms: OfferTerms }> {
  const faults: Fault[] = [];
  const name = plain(terms.name);
  if (!name) faults.push({ key: "app.field.missing", field: "name" });
  if (name.length > LONGEST.name) faults.push(tooLong("name", LONGEST.name));

  const settings = parseFields(kind.settings, terms.settings, currency);
  if (!settings.ok) faults.push(...settings.faults.map((fault) => ({ ...fault, field: `settings.${fault.field}` })));

  const where = placements.filter((placement) => terms.placements.includes(placement));
  if (where.length === 0) faults.push({ key: "offers.fault.nowhere", field: "placement" });

  const { holdout } = terms;
  if (!Number.isInteger(holdout) || holdout < 0 || holdout > MOST_HELD_OUT)
    faults.push({ key: "offers.fault.test_share", parameters: { max: MOST_HELD_OUT }, field: "holdout" });

  checkSchedule(terms, faults);
  const words = checkWords(terms.words, faults);
  if (faults.length > 0 || !settings.ok) return refused(...faults);
  const stored: Record<string, unknown> = settings.value;
  return { ok: true, terms: { ...terms, name, settings: stored, placements: where, words } };
}

/** A text that is not a date arrives here as an invalid Date. */
function checkSchedule({ startsAt, endsAt }: OfferTerms, faults: Fault[]): void {
  if (!isDate(startsAt)) faults.push({ key: "offers.fault.no_date", field: "starts" });
  if (endsAt && !isDate(endsAt)) faults.push({ key: "offers.fault.no_date", field: "ends" });
  if (endsAt && endsAt <= startsAt) faults.push({ key: "offers.fault.ends_before_it_starts", field: "ends" });
}

function checkWords(given: OfferTerms["words"], faults: Fault[]): OfferTerms["words"] {
  const words: [string, OfferWords][] = [];
  for (const [locale, said] of Object.entries(given)) {
    const spoken = { title: plain(said.title), text: plain(said.text), action: plain(said.action) };
    if (PARTS.every((part) => spoken[part] === "")) continue;
    if (!isLocale(locale)) faults.push({ key: "app.field.not_a_choice", field: `words.${locale}` });
    for (const part of PARTS)
      if (spoken[part].length > LONGEST[part]) faults.push(tooLong(`words.${locale}.${part}`, LONGEST[part]));
    words.push([locale, spoken]);
  }
  return Object.fromEntries(words);
}
