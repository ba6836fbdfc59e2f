// Translates the log's country names into ISO 3166-1 codes. An address whose country has no code is created without a country.
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
/** Codes that Intl has a name for, but that are not countries of ISO 3166-1. */
const NOT_ISO = new Set(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "TA", "UN", "XA", "XB", "XK", "ZZ", "QO"]);

/** False for the code of a former country, which Intl replaces by its successor's code. */
const isCurrent = (code: string) => new Intl.Locale(`und-${code}`).region === code;

const byName = new Map<string, string>();
for (const first of letters)
  for (const second of letters) {
    const code = first + second;
    const name = names.of(code);
    if (name && name !== code && !NOT_ISO.has(code) && isCurrent(code)) byName.set(name, code);
  }

/** Also true for names such as "Unspecified", which have no code. */
export const isKnownCountry = (name: string): boolean => Object.hasOwn(OWN, name) || byName.has(name);

export function countryCode(name: string): string | null {
  if (Object.hasOwn(OWN, name)) return OWN[name] ?? null;
  return byName.get(name) ?? null;
}
