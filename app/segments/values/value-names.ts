// What a person calls a value that the query says as a code.
import type { Named } from "../attribute.ts";

type Say = (key: string) => string;

/** CC-RR. A country's code has two letters; a region's has any length, and hyphens in some countries (JP-13). */
const REGION = /^([A-Z]{2})-(.+)$/;

/** Undefined for what is no code of its kind. */
function display(kind: "region" | "language", code: string, locale: string): string | undefined {
  try {
    return new Intl.DisplayNames(locale, { type: kind, fallback: "none" }).of(code);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Regions have no names in the language's own data: they keep their letters, with the country's name. */
export function placeName({ city, region, country }: Place, locale: string): string {
  return [city, region, country && (display("region", country, locale) ?? country)].filter(Boolean).join(", ");
}

export type Place = { city?: string | null; region: string | null; country: string | null };

function regionName(value: string, locale: string): string {
  const [, country = "", region = ""] = REGION.exec(value) ?? [];
  return country === "" ? value : placeName({ region, country }, locale);
}

/** `value` is the text without its quotes. What nothing names is called by itself. */
export function nameOfValue(value: string, named: Named | undefined, locale: string, say: Say): string {
  switch (named) {
    // CC-RR-City cannot be taken apart: a region's code and a city's name may both have hyphens. Who has the parts names it.
    case undefined:
    case "city":
      return value;
    case "country":
      return display("region", value, locale) ?? value;
    case "language":
      return display("language", value, locale) ?? value;
    case "region":
      return regionName(value, locale);
    default: {
      const key = Object.hasOwn(named, value) ? named[value] : undefined;
      return key === undefined ? value : say(key);
    }
  }
}

/** A closed list to choose from: countries by their names, others in the order given. Two of one name show their codes. */
export function namesOfValues(
  values: readonly string[],
  named: Named | undefined,
  locale: string,
  say: Say,
): { value: string; name: string }[] {
  const plain = values.map((value) => ({ value, name: nameOfValue(value, named, locale, say) }));
  const times = new Map<string, number>();
  for (const { name } of plain) times.set(name, (times.get(name) ?? 0) + 1);
  const told = plain.map(({ value, name }) => ({ value, name: times.get(name) === 1 ? name : `${name} (${value})` }));
  if (named !== "country") return told;
  const { compare } = new Intl.Collator(locale);
  return told.sort((one, other) => compare(one.name, other.name));
}
