// Wrong values that platforms and other apps have put into fields, by the type that the field should have.
export type Json = { [name: string]: unknown };
export type Path = (string | number)[];

const MOMENTS = [
  "0000-12-31T18:03:24-05:50",
  "0000-12-31T23:53:24Z",
  "0001-01-01T00:00:00Z",
  "0001-01-01T12:00:00+05:30",
  "1899-12-30T00:00:00Z",
  "2026-02-30T00:00:00Z",
  "2026-13-01T00:00:00Z",
  "2026-10-05T24:00:00Z",
  "2026-10-05T10:00:00",
  "2026-10-05",
  "2016-12-31T23:59:60Z",
  "2999-01-01T00:00:00Z",
  "9999-12-31T23:59:59Z",
  "+275760-09-13T00:00:00.000Z",
  "-000001-01-01T00:00:00Z",
  "2026-10-05T10:00:00+99:99",
  "infinity",
  "-infinity",
  "yesterday",
  "5",
  1_790_000_000,
  0,
];
const AMOUNTS = ["1e400", "1,50", "NaN", "Infinity", "0x10", " 5.00", "£5", "--5", "9".repeat(40), "5.", "five"];
const IDS = [
  "0",
  "007",
  "-5",
  "12.5",
  "gid://shopify/Order/",
  "gid://shopify/Order/x",
  "9".repeat(21),
  "x",
  0,
  -1,
  1.5,
];
const COUNTS = ["-1", "1.5", "many", -3, 2.5, 1e12, "99999999999"];
/** Values that are valid for no single value. */
const SHAPES = [{}, [], [null], { amount: 5 }, [[]]];

const NO_TEXTS = [{}, true, 5, [5], [null], [[]]];

const kinds: [RegExp, unknown[]][] = [
  [/(_at|At)$/, [...MOMENTS, true, ...SHAPES]],
  [/^(amount|price|subtotal|total_price|subtotal_price|total_tax|total_discounts)$/, [...AMOUNTS, true, ...SHAPES]],
  [
    /^(id|customerId|customer_id|order_id|line_item_id|product_id|variant_id|app_id|location_id)$/,
    [...IDS, true, ...SHAPES],
  ],
  [/^tags$/, NO_TEXTS],
  [/^(quantity|numberOfOrders|discount_application_index)$/, [...COUNTS, true, ...SHAPES]],
  [/^(currency|currencyCode|presentment_currency|presentmentCurrencyCode)$/, ["pounds", "£", "US", 5, true, ...SHAPES]],
  [
    /^(state|status|financial_status|cancel_reason|displayFinancialStatus|marketingState|kind)$/,
    ["§", 5, true, ...SHAPES],
  ],
  [/^(test|verified_email|default|verifiedEmail|dataSaleOptOut)$/, ["true", 1, ...SHAPES]],
];

/** Wrong values for the field at the end of the path. `was`: the right value. */
export function oddValuesFor(path: Path, was: unknown): unknown[] {
  if (Array.isArray(was))
    return was.some((item) => typeof item === "string") ? NO_TEXTS : [{}, true, "x", 5, [5], [null]];
  if (was !== null && typeof was === "object") return [[], true, "x", 5, [was]];
  const name = String(path.findLast((step) => typeof step === "string"));
  return kinds.find(([names]) => names.test(name))?.[1] ?? [true, ...SHAPES];
}

/** The paths of all fields at any depth. */
export function pathsOf(value: unknown, above: Path = []): Path[] {
  if (value === null || typeof value !== "object") return [above];
  const within = Array.isArray(value)
    ? value.flatMap((item: unknown, at) => pathsOf(item, [...above, at]))
    : Object.entries(value).flatMap(([name, item]) => pathsOf(item, [...above, name]));
  return above.length === 0 ? within : [above, ...within];
}

export const valueAt = (body: unknown, path: Path): unknown =>
  path.reduce<unknown>((value, step) => (value as Json)[step], body);

export function withValue(body: Json, path: Path, value: unknown): Json {
  const changed = structuredClone(body);
  const last = path.at(-1) ?? "";
  (valueAt(changed, path.slice(0, -1)) as Json)[last] = value;
  return changed;
}
