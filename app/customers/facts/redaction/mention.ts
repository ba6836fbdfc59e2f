// Whether a text mentions a person: by an e-mail or phone anywhere, or by an id that is a whole value or the end of a gid.
import type { Person } from "./person.server.ts";

const quote = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** An address as it is written in plain text, in URLs and in JSON. */
const spellings = (text: string) => [
  ...new Set([text, text.toLowerCase(), encodeURIComponent(text), JSON.stringify(text).slice(1, -1)]),
];

/** Matches the address where it is not part of a longer address. */
export const addressPattern = (address: string): RegExp =>
  new RegExp(`(?<![A-Za-z0-9._%+-])${quote(address)}(?![A-Za-z0-9-]|\\.[A-Za-z0-9])`, "gi");

export type Traces = { ids: string[]; addresses: string[] };

/** Values that may be an id: they begin and end at one of `MARKS`, or at an end of the text. */
const VALUES = /(?<=^|[:[,\s"/])[^:[,\s"/}\]?]+(?=$|[",}\]\s?])/g;
const MARKS = /[:[,\s"/}\]?]/;

/** JSON may escape any character as \uXXXX. Shopify escapes `&`, `<` and `>`. */
const ESCAPED = /\\u([0-9a-f]{4})/gi;
const unescaped = (text: string): string =>
  text.includes("\\u")
    ? text.replaceAll(ESCAPED, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    : text;

/** Ids without a character of `MARKS` are looked up in a set, so that thousands of ids take as long as one. */
export function mentionsTraces({ ids, addresses }: Traces): Mentions {
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

/** Whether a text mentions the person. */
export type Mentions = (text: string) => boolean;

/** All e-mails and phones of the person, also those that were only typed into orders. */
export const addressesOf = ({ emails, phones, typed }: Person): string[] => [
  ...emails,
  ...phones,
  ...typed.emails,
  ...typed.phones,
];

/** For texts that no column ties to the person. */
export const mentionsPerson = (person: Person, addresses = addressesOf(person)): Mentions =>
  mentionsTraces({ ids: [...person.customerIds, ...person.orderIds], addresses });
