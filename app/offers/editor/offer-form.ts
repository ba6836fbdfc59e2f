// What the editor sends, checked: all faults at once, by field.
import { refused, type Fault, type Outcome } from "../../errors.ts";
import { parseFields } from "../../fields.ts";
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

const LONGEST = { name: 120, title: 80, text: 240, action: 30 };
const WORD = /^words\.([A-Za-z-]{2,12})\.(title|text|action)$/;

const tooLong = (field: string, max: number): Fault => ({ key: "app.field.too_long", parameters: { max }, field });

const textOf = (form: FormData, name: string): string => {
  const value = form.get(name);
  return typeof value === "string" ? withoutInvisible(value).trim() : "";
};

/** Names: locale (in which numbers are written), kind, name, segment (empty for everyone), placement (several), starts, ends, words.LOCALE.PART, settings.NAME. */
export function readOfferForm(
  form: FormData,
  kind: OfferKind,
  kindName: string,
  timeZone: string,
): Outcome<{ input: OfferInput }> {
  const faults: Fault[] = [];
  const name = textOf(form, "name");
  if (!name) faults.push({ key: "app.field.missing", field: "name" });
  if (name.length > LONGEST.name) faults.push(tooLong("name", LONGEST.name));

  const settings = parseFields(kind.settings, settingsOf(form), textOf(form, "locale") || undefined);
  if (!settings.ok) faults.push(...settings.faults.map((fault) => ({ ...fault, field: `settings.${fault.field}` })));

  const where = placements.filter((placement) => form.getAll("placement").includes(placement));
  if (where.length === 0) faults.push({ key: "offers.fault.nowhere", field: "placement" });

  const when = readSchedule(form, timeZone, faults);
  const words = readWords(form, faults);
  if (faults.length > 0 || !settings.ok || !when) return refused(...faults);
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
  faults: Fault[],
): { startsAt: Instant; endsAt: Instant | null } | null {
  const startsAt = instantOfWall(textOf(form, "starts"), timeZone);
  const ends = textOf(form, "ends");
  const endsAt = ends ? instantOfWall(ends, timeZone) : null;
  if (!startsAt) faults.push({ key: "offers.fault.no_date", field: "starts" });
  if (ends && !endsAt) faults.push({ key: "offers.fault.no_date", field: "ends" });
  if (startsAt && endsAt && endsAt <= startsAt)
    faults.push({ key: "offers.fault.ends_before_it_starts", field: "ends" });
  return startsAt ? { startsAt, endsAt } : null;
}

/** A language in which nothing is written is left out. */
function readWords(form: FormData, faults: Fault[]): Record<string, OfferWords> {
  const words = new Map<string, OfferWords>();
  for (const name of new Set(form.keys())) {
    const [, locale, part] = WORD.exec(name) ?? [];
    const value = textOf(form, name);
    if (!locale || !isPart(part) || !value) continue;
    words.set(locale, { title: "", text: "", action: "", ...words.get(locale), [part]: value });
    if (value.length > LONGEST[part]) faults.push(tooLong(name, LONGEST[part]));
  }
  return Object.fromEntries(words);
}

const isPart = (part: string | undefined): part is "title" | "text" | "action" =>
  part === "title" || part === "text" || part === "action";
