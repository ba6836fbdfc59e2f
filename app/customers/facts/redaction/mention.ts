// Whether a text speaks of a person: by an address anywhere, by an id where it stands alone as a value or ends a gid.
import type { Person } from "./person.server.ts";

const quote = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** The same address as it stands in addresses of pages and in JSON. */
const spellings = (text: string) => [
  ...new Set([text, text.toLowerCase(), encodeURIComponent(text), JSON.stringify(text).slice(1, -1)]),
];

/** An address that is not a part of a longer one. */
export const addressPattern = (address: string): RegExp =>
  new RegExp(`(?<![A-Za-z0-9._%+-])${quote(address)}(?![A-Za-z0-9-]|\\.[A-Za-z0-9])`, "gi");

export type Traces = { ids: string[]; addresses: string[] };

/** What may be an id: it begins and ends at a mark. */
const VALUES = /(?<=^|[:[,\s"/])[^:[,\s"/}\]?]+(?=$|[",}\]\s?])/g;
const MARKS = /[:[,\s"/}\]?]/;

/** JSON may write any character as its number, and Shopify does so with `&`, `<` and `>`. */
const ESCAPED = /\\u([0-9a-f]{4})/gi;
const unescaped = (text: string): string =>
  text.includes("\\u")
    ? text.replaceAll(ESCAPED, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    : text;

/** True of texts that speak of the person. Thousands of ids cost no more than one. */
export function mentionOf({ ids, addresses }: Traces): (text: string) => boolean {
  const plain = new Set(ids.filter((id) => !MARKS.test(id)));
  const composed = ids
    .filter((id) => MARKS.test(id))
    .map((id) => new RegExp(`(?:^|[:[,\\s"/])${quote(id)}(?=$|[",}\\]\\s?])`));
  const spelled = addresses
    .flatMap(spellings)
    .map((text) => ({ needle: text.toLowerCase(), pattern: addressPattern(text) }));
  const hasId = (text: string) => {
    for (const [value] of text.matchAll(VALUES)) if (plain.has(value)) return true;
    return composed.some((pattern) => pattern.test(text));
  };
  return (text) => {
    if (ids.length > 0 && hasId(text)) return true;
    if (spelled.length === 0) return false;
    const plainly = unescaped(text);
    const small = plainly.toLowerCase();
    return spelled.some(({ needle, pattern }) => small.includes(needle) && plainly.search(pattern) >= 0);
  };
}

/** Whether a text speaks of the person. */
export type Speaks = (text: string) => boolean;

/** Every address by which the person may be named. */
export const addressesOf = ({ emails, phones, typed }: Person): string[] => [
  ...emails,
  ...phones,
  ...typed.emails,
  ...typed.phones,
];

/** True of texts that are not the person's by a column and speak of the person all the same. */
export const speaksOf = (person: Person, addresses = addressesOf(person)): Speaks =>
  mentionOf({ ids: [...person.customerIds, ...person.orderIds], addresses });
