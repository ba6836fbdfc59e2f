// What the editor sends, checked: all faults at once, by field.
import { parseFields, type Fault } from "../../fields.ts";
import { withoutInvisible } from "../../invisible.ts";
import type { Offer } from "../offer.ts";
import type { OfferKind } from "../offer-kind.ts";
import { instantOfWall } from "./wall-time.ts";
import { placements, type OfferWords, type Placement } from "../wire.ts";
import type { Instant } from "../../instant.ts";

export type OfferInput = Pick<
  Offer,
  "kind" | "name" | "segmentId" | "settings" | "words" | "placements" | "startsAt" | "endsAt"
>;
export type Faults = Record<string, Fault>;
export type ReadForm = { ok: true; input: OfferInput } | { ok: false; faults: Faults };

const LONGEST = { name: 120, title: 80, text: 240, action: 30 };
const WORD = /^words\.([A-Za-z-]{2,12})\.(title|text|action)$/;

const textOf = (form: FormData, name: string): string => {
  const value = form.get(name);
  return typeof value === "string" ? withoutInvisible(value).trim() : "";
};

/** Names: locale (in which numbers are written), kind, name, segment (empty for everyone), placement (several), starts, ends, words.LOCALE.PART, settings.NAME. */
export function readOfferForm(form: FormData, kind: OfferKind, kindName: string, timeZone: string): ReadForm {
  const faults: Faults = {};
  const name = textOf(form, "name");
  if (!name) faults["name"] = { key: "field.missing" };
  if (name.length > LONGEST.name) faults["name"] = { key: "field.too_long", parameters: { max: LONGEST.name } };

  const settings = parseFields(kind.settings, settingsOf(form), textOf(form, "locale") || undefined);
  if (!settings.ok) for (const [field, fault] of Object.entries(settings.faults)) faults[`settings.${field}`] = fault;

  const where = placements.filter((placement) => form.getAll("placement").includes(placement));
  if (where.length === 0) faults["placement"] = { key: "offers.fault.nowhere" };

  const when = readSchedule(form, timeZone, faults);
  const words = readWords(form, faults);
  if (Object.keys(faults).length > 0 || !settings.ok || !when) return { ok: false, faults };
  const segmentId = textOf(form, "segment") || null;
  const stored: Record<string, unknown> = settings.value;
  return {
    ok: true,
    input: { kind: kindName, name, segmentId, settings: stored, words, placements: where as Placement[], ...when },
  };
}

const settingsOf = (form: FormData): Record<string, unknown> =>
  Object.fromEntries(
    [...form]
      .filter(([name]) => name.startsWith("settings."))
      .map(([name, value]) => [name.slice("settings.".length), value]),
  );

function readSchedule(
  form: FormData,
  timeZone: string,
  faults: Faults,
): { startsAt: Instant; endsAt: Instant | null } | null {
  const startsAt = instantOfWall(textOf(form, "starts"), timeZone);
  const ends = textOf(form, "ends");
  const endsAt = ends ? instantOfWall(ends, timeZone) : null;
  if (!startsAt) faults["starts"] = { key: "offers.fault.no_date" };
  if (ends && !endsAt) faults["ends"] = { key: "offers.fault.no_date" };
  if (startsAt && endsAt && endsAt <= startsAt) faults["ends"] = { key: "offers.fault.ends_before_it_starts" };
  return startsAt ? { startsAt, endsAt } : null;
}

/** A language in which nothing is written is left out. */
function readWords(form: FormData, faults: Faults): Record<string, OfferWords> {
  const words = new Map<string, OfferWords>();
  for (const name of new Set(form.keys())) {
    const [, locale, part] = WORD.exec(name) ?? [];
    const value = textOf(form, name);
    if (!locale || !isPart(part) || !value) continue;
    words.set(locale, { title: "", text: "", action: "", ...words.get(locale), [part]: value });
    if (value.length > LONGEST[part]) faults[name] = { key: "field.too_long", parameters: { max: LONGEST[part] } };
  }
  return Object.fromEntries(words);
}

const isPart = (part: string | undefined): part is "title" | "text" | "action" =>
  part === "title" || part === "text" || part === "action";
