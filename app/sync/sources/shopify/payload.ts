// A webhook's body as plugins receive it: ids and money are strings, where Shopify sends strings or numbers.

export type Payload = { readonly [name: string]: unknown };

const ID = /(?:^|_)ids?$/;
/** Shopify sends money as a string, except in the lines of a refund: `"subtotal": 89.99`. */
const MONEY = /(?:^|_)(?:amount|price|subtotal|total|tax)$/;

type Part = { [key: string]: unknown };

/** Copies the body with a list of the parts that are still to be read: a body may be nested deeper than calls can be. */
export function payloadOf(body: Payload): Payload {
  const payload: Part = { ...body };
  const open: { name: string; part: Part }[] = [{ name: "", part: payload }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { name: ofList, part } = next;
    for (const [key, value] of Object.entries(part)) {
      const name = Array.isArray(part) ? ofList : key;
      if (typeof value === "number" && (ID.test(name) || MONEY.test(name))) part[key] = String(value);
      if (value === null || typeof value !== "object") continue;
      const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as Part;
      part[key] = copy;
      open.push({ name, part: copy });
    }
  }
  return payload;
}
