// `include_fields` and `filter` of a subscription.
// https://shopify.dev/docs/apps/build/webhooks/customize/filters

type Fields = { [key: string]: unknown };

/** Keeps only the dotted paths. A path through a list applies to each entry. */
export function pickFields(payload: unknown, paths: string[]): unknown {
  if (Array.isArray(payload)) return payload.map((entry) => pickFields(entry, paths));
  if (!isFields(payload)) return payload;
  const picked: Fields = {};
  for (const [key, value] of Object.entries(payload)) {
    if (paths.includes(key)) picked[key] = value;
    else {
      const inner = paths.filter((path) => path.startsWith(`${key}.`)).map((path) => path.slice(key.length + 1));
      if (inner.length > 0) picked[key] = pickFields(value, inner);
    }
  }
  return picked;
}

/** AND binds tighter than OR. A term is `field:value` or `field:>=value`, with a minus before it for NOT. */
export function matchesFilter(payload: unknown, filter: string): boolean {
  return filter
    .split(/\s+OR\s+/)
    .some((part) => part.split(/\s+AND\s+/).every((term) => matchesTerm(payload, term.trim())));
}

function matchesTerm(payload: unknown, term: string): boolean {
  const match = /^(-|NOT\s+)?([\w.]+):(>=|<=|>|<)?\s*"?([^"]*)"?$/.exec(term.replace(/^\(|\)$/g, ""));
  if (match === null) return false;
  const [, negated, path = "", comparison = "", wanted = ""] = match;
  const found = valuesAt(payload, path.split("."));
  return (negated !== undefined) !== found.some((value) => compares(value, comparison, wanted));
}

function valuesAt(value: unknown, path: string[]): string[] {
  if (Array.isArray(value)) return value.flatMap((entry) => valuesAt(entry, path));
  const [head, ...rest] = path;
  if (head !== undefined) return isFields(value) ? valuesAt(value[head], rest) : [];
  if (value === null || value === undefined) return [];
  return [JSON.isRawJSON(value) ? JSON.stringify(value) : String(value)];
}

function compares(value: string, comparison: string, wanted: string): boolean {
  if (comparison === "") return wanted === "*" || value.toLowerCase() === wanted.toLowerCase();
  const [left, right] = [Number(value), Number(wanted)];
  const order = Number.isNaN(left) || Number.isNaN(right) ? value.localeCompare(wanted) : left - right;
  if (order === 0) return comparison.endsWith("=");
  return comparison.startsWith(">") ? order > 0 : order < 0;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !JSON.isRawJSON(value);
}
