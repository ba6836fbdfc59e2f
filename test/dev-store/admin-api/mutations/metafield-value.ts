// Checks a metafield's value by its type. Null: the value is valid, else the words of the refusal and the index of the list item.

const PLAIN: Record<string, { fits(value: string): boolean; words: string }> = {
  boolean: { fits: (value) => value === "true" || value === "false", words: "Value must be true or false." },
  date: { fits: isDate, words: "Value must be in “YYYY-MM-DD” format. For example: 2022-06-01" },
  date_time: {
    fits: (value) => /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value) && !Number.isNaN(Date.parse(value)),
    words: "Value must be in “YYYY-MM-DDTHH:MM:SS” format. For example: 2022-06-01T15:30:00",
  },
  id: { fits: (value) => value !== "", words: "Value can't be blank." },
  json: { fits: isJson, words: "Value is invalid JSON: unexpected character." },
  multi_line_text_field: { fits: () => true, words: "" },
  number_decimal: { fits: (value) => /^-?\d+(\.\d{1,9})?$/.test(value), words: "Value must be a decimal." },
  number_integer: { fits: (value) => /^-?\d+$/.test(value), words: "Value must be an integer." },
  single_line_text_field: {
    fits: (value) => !/[\r\n]/.test(value),
    words: "Value must be a single line text string.",
  },
  url: { fits: (value) => URL.canParse(value), words: "Value must be one of the following URL schemes: http, https." },
};
const REFERENCES: Record<string, string> = {
  customer_reference: "Customer",
  order_reference: "Order",
  product_reference: "Product",
  variant_reference: "ProductVariant",
};
const MOST_ITEMS = 128;
const LONGEST = 65_536;
const LONGEST_JSON = 131_072;

export function isMetafieldType(type: string): boolean {
  const item = type.replace(/^list\./, "");
  return PLAIN[item] !== undefined || REFERENCES[item] !== undefined;
}

export function valueFault(type: string, value: string): { words: string; item: number | null } | null {
  const words = wholeFault(type, value);
  if (words !== null || !type.startsWith("list.")) return words === null ? null : { words, item: null };
  for (const [index, item] of (readList(value) ?? []).entries()) {
    const fault = itemFault(type.slice("list.".length), typeof item === "string" ? item : JSON.stringify(item));
    if (fault !== null) return { words: fault, item: index };
  }
  return null;
}

function wholeFault(type: string, value: string): string | null {
  const longest = type === "json" ? LONGEST_JSON : LONGEST;
  if (Buffer.byteLength(value) > longest) return `Value is too long (maximum is ${longest} bytes).`;
  if (value === "") return "Value can't be blank.";
  if (!type.startsWith("list.")) return itemFault(type, value);
  const list = readList(value);
  if (list === null) return "Value must be an array.";
  return list.length > MOST_ITEMS ? `Value can't have more than ${MOST_ITEMS} items.` : null;
}

function itemFault(type: string, value: string): string | null {
  const reference = REFERENCES[type];
  if (reference !== undefined) {
    const good = value.startsWith(`gid://shopify/${reference}/`);
    return good ? null : `Value must be a valid ${reference.toLowerCase()} reference.`;
  }
  const plain = PLAIN[type];
  return plain === undefined || plain.fits(value) ? null : plain.words;
}

function readList(value: string): unknown[] | null {
  if (!isJson(value)) return null;
  const list: unknown = JSON.parse(value);
  return Array.isArray(list) ? list : null;
}

function isJson(value: string): boolean {
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}

function isDate(value: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(value)) return false;
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
}
