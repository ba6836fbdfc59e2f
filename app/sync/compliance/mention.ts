// Whether a text speaks of a person: by her addresses anywhere, by an id where it stands alone as a value or ends a gid.
export type Mention = {
  /** Every text that mentions her holds, in small letters, at least one of these: for a first, rough search. */
  needles: string[];
  isIn(text: string): boolean;
};

const quote = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** The same address as it stands in addresses of pages and in JSON. */
const spellings = (text: string) => [
  ...new Set([text, text.toLowerCase(), encodeURIComponent(text), JSON.stringify(text).slice(1, -1)]),
];

/** An address that is not a part of a longer one, for JavaScript and PostgreSQL alike. */
export const addressPattern = (address: string): string => `(?<![A-Za-z0-9._%+-])${quote(address)}(?![A-Za-z0-9-])`;

export type Traces = { ids: string[]; addresses: string[] };

export function mentionOf({ ids, addresses }: Traces): Mention {
  const texts = addresses.flatMap(spellings);
  const patterns = [
    ...texts.map(addressPattern),
    ...(ids.length > 0 ? [`(?:^|[:[,\\s"/])(?:${ids.map(quote).join("|")})(?=$|[",}\\]\\s?])`] : []),
  ];
  const pattern = patterns.length > 0 ? new RegExp(patterns.join("|"), "i") : null;
  return {
    needles: [...new Set([...ids, ...texts].map((text) => text.toLowerCase()))],
    isIn: (text) => pattern?.test(text) ?? false,
  };
}
