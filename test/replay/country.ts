// Names of countries as the log writes them, in ISO 3166-1. A name without a code is an address without one.
const OWN: Record<string, string | null> = {
  EIRE: "IE",
  RSA: "ZA",
  USA: "US",
  "Channel Islands": "JE",
  Unspecified: null,
  "European Community": null,
  "Czech Republic": "CZ",
  "Hong Kong": "HK",
};

const names = new Intl.DisplayNames("en", { type: "region" });
const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
/** Codes that Intl names but that are no country of ISO 3166-1. */
const NOT_ISO = new Set(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "TA", "UN", "XA", "XB", "XK", "ZZ", "QO"]);

/** A code of a country that is no more leads to its successor's. */
const isCurrent = (code: string) => new Intl.Locale(`und-${code}`).region === code;

const byName = new Map<string, string>();
for (const first of letters)
  for (const second of letters) {
    const code = first + second;
    const name = names.of(code);
    if (name && name !== code && !NOT_ISO.has(code) && isCurrent(code)) byName.set(name, code);
  }

/** "Unspecified" is known to be none. */
export const isKnownCountry = (name: string): boolean => Object.hasOwn(OWN, name) || byName.has(name);

export function countryCode(name: string): string | null {
  if (Object.hasOwn(OWN, name)) return OWN[name] ?? null;
  return byName.get(name) ?? null;
}
