// A webhook's body as plugins receive it: ids and money are strings, where Shopify sends strings or numbers.

export type Payload = { readonly [name: string]: unknown };

const ID = /(?:^|_)ids?$/;
/** Shopify sends money as a string, except in the lines of a refund: `"subtotal": 89.99`. */
const MONEY = /(?:^|_)(?:amount|price|subtotal|total|tax)$/;

export function payloadOf(body: Payload): Payload {
  return withTexts(body) as Payload;
}

function withTexts(value: unknown, name = ""): unknown {
  if (typeof value === "number") return ID.test(name) || MONEY.test(name) ? String(value) : value;
  if (Array.isArray(value)) return value.map((each) => withTexts(each, name));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withTexts(each, key)]));
}
