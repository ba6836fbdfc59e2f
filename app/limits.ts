// How much one request may hold. The limits are checked before parsing, since a parser takes far more memory than its input.

export type Limits = {
  bytes: number;
  /** The most fields of a form, or parts of a multipart form. */
  fields: number;
  /** The most bytes of a field as it is sent, encoded. */
  field: number;
};

const KB = 1024;
export const PAGE: Limits = { bytes: 256 * KB, fields: 200, field: 64 * KB };
/** A survey is sent as one field with all its languages: 120 KB of text, which a form may encode as three times as much. */
export const SURVEY: Limits = { bytes: 512 * KB, fields: 200, field: 480 * KB };
export const QUERY_FIELDS = 200;
/** The deepest page has four parts. The development server's paths are as deep as the project's folder. */
export const PATH_PARTS = 40;
/** Header lines. A browser sends about twenty; Shopify and a few proxies add about forty. */
export const HEADERS = 150;

export const limitsOf = (path: string): Limits => (path.startsWith("/app/surveys/") ? SURVEY : PAGE);

type Excess = { status: 413 | 414 | 431; sentence: string };

export const tooLarge = ({ bytes }: Limits): string =>
  `The body is larger than the ${bytes / KB} KB that are read here: send less at once.`;

/** Which limit the request's target or headers exceed. Null: none. */
export function excessOfHead(address: string, headerLines: number): Excess | null {
  if (headerLines > HEADERS) return { status: 431, sentence: `More than ${HEADERS} header lines are not read.` };
  const [path = "", query = ""] = splitOnce(address);
  if (countOf(query, "&") >= QUERY_FIELDS)
    return { status: 414, sentence: `The address holds more than the ${QUERY_FIELDS} fields that are read.` };
  if (countOf(path, "/") > PATH_PARTS)
    return { status: 414, sentence: `The path of the address has more than ${PATH_PARTS} parts.` };
  return null;
}

/** Which limit of `fields` and `field` a form exceeds. Null: none, or the body is no form. `bytes` is checked while reading. */
export function excessOfBody(body: Buffer, type: string, limits: Limits): Excess | null {
  const sizes = /^application\/x-www-form-urlencoded\b/i.test(type)
    ? gapsBetween(body, "&")
    : /^multipart\/form-data\b/i.test(type)
      ? gapsBetween(Buffer.from(body.toString("latin1").toLowerCase(), "latin1"), "content-disposition")
      : [];
  if (sizes.length > limits.fields)
    return { status: 413, sentence: `The form holds more than the ${limits.fields} fields that are read here.` };
  if (sizes.some((size) => size > limits.field))
    return {
      status: 413,
      sentence: `A field of the form is larger than the ${limits.field / KB} KB that are read here.`,
    };
  return null;
}

function splitOnce(address: string): [string, string] {
  const at = address.indexOf("?");
  return at < 0 ? [address, ""] : [address.slice(0, at), address.slice(at + 1)];
}

function countOf(text: string, sign: string): number {
  let count = 0;
  for (let at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, at + 1)) count += 1;
  return count;
}

function gapsBetween(body: Buffer, mark: string): number[] {
  const gaps: number[] = [];
  let from = 0;
  for (let at = body.indexOf(mark); at >= 0; at = body.indexOf(mark, from)) {
    gaps.push(at - from);
    from = at + mark.length;
  }
  return [...gaps, body.length - from];
}
