// A body as plugins get it: ids are text, however Shopify wrote them.

export type Payload = { readonly [name: string]: unknown };

const ID = /(?:^|_)ids?$/;

export function payloadOf(body: Payload): Payload {
  return withTextIds(body) as Payload;
}

function withTextIds(value: unknown, name = ""): unknown {
  if (typeof value === "number") return ID.test(name) ? String(value) : value;
  if (Array.isArray(value)) return value.map((each) => withTextIds(each, name));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withTextIds(each, key)]));
}
