// Names for values that a query writes as codes.
import type { Named } from "../attribute.ts";

type Say = (key: string) => string;

/** CC-RR: a country's code of two letters, then a region's code of any length, in some countries with hyphens (JP-13). */
const REGION = /^([A-Z]{2})-(.+)$/;

/** Undefined for a text that is not a code of its kind. */
function display(kind: "region" | "language", code: string, locale: string): string | undefined {
  try {
    return new Intl.DisplayNames(locale, { type: kind, fallback: "none" }).of(code);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Intl has names for countries and none for their regions: a region is shown by its code, with the country's name. */
export function placeName({ city, region, country }: Place, locale: string): string {
  return [city, region, country && (display("region", country, locale) ?? country)].filter(Boolean).join(", ");
}

export type Place = { city?: string | null; region: string | null; country: string | null };

function regionName(value: string, locale: string): string {
  const [, country = "", region = ""] = REGION.exec(value) ?? [];
  return country === "" ? value : placeName({ region, country }, locale);
}

/** `value` is the text without its quotes. A value without a name is returned as it is. */
export function nameOfValue(value: string, named: Named | undefined, locale: string, say: Say): string {
  switch (named) {
    // CC-RR-City cannot be split: a region's code and a city's name may both have hyphens. `placeName` takes the parts.
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

/** Names for the values of a list. Countries are sorted by name, other lists keep their order. Values of one name show their codes. */
export function namesOfValues(
  values: readonly string[],
  named: Named | undefined,
  locale: string,
  say: Say,
): { value: string; name: string }[] {
  const plain = values.map((value) => ({ value, name: nameOfValue(value, named, locale, say) }));
  const times = new Map<string, number>();
  for (const { name } of plain) times.set(name, (times.get(name) ?? 0) + 1);
  const distinct = plain.map(({ value, name }) => ({
    value,
    name: times.get(name) === 1 ? name : `${name} (${value})`,
  }));
  if (named !== "country") return distinct;
  const { compare } = new Intl.Collator(locale);
  return distinct.sort((one, other) => compare(one.name, other.name));
}
