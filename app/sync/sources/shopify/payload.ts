// A body as plugins get it: ids and money are text, however Shopify wrote them.

export type Payload = { readonly [name: string]: unknown };

const ID = /(?:^|_)ids?$/;
/** Mostly text already; a refund's lines say `"subtotal": 89.99`. */
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
