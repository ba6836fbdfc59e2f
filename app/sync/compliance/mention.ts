// Whether a text speaks of a person: by her addresses anywhere, by an id where it stands alone as a value or ends a gid.
import type { Subject } from "./request.ts";

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

export function mentionOf({ customerId, email, phone, orderIds }: Subject, otherIds: string[] = []): Mention {
  const ids = [...new Set([...(customerId ? [customerId] : []), ...orderIds, ...otherIds])];
  const addresses = [email, phone].filter((text) => text !== null).flatMap(spellings);
  const patterns = [
    ...addresses.map((text) => `(?<![A-Za-z0-9._%+-])${quote(text)}(?![A-Za-z0-9-])`),
    ...(ids.length > 0 ? [`(?:^|[:[,\\s"/])(?:${ids.map(quote).join("|")})(?=$|[",}\\]\\s?])`] : []),
  ];
  const pattern = patterns.length > 0 ? new RegExp(patterns.join("|"), "i") : null;
  return {
    needles: [...new Set([...ids, ...addresses].map((text) => text.toLowerCase()))],
    isIn: (text) => pattern?.test(text) ?? false,
  };
}
