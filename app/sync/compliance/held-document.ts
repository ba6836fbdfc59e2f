// Writes a person's stored data as a document for the person: tables and columns in words, times in the shop's zone. A table or
// column without words in the locale files is written by its name, so that nothing is left out.
import type { TFunction } from "i18next";
import { formatMoment } from "../../ui/format.ts";
import type { ShopContext } from "../../ui/shop-context.ts";
import type { HeldData } from "./export.server.ts";
import type { Instant } from "../../instant.ts";

/** The tables that come first, in this order. */
const FIRST = ["customer", "customer_address", "consent", "shop_order", "line_item", "refund", "answer", "event"];
/** Columns that only the database needs: versions, and the ids of the person and the shop. */
const HIDDEN = new Set(["tie", "platform_id", "customer_id", "shop_id", "tags_at"]);

export function writeDocument(data: HeldData, store: string, shop: ShopContext, t: TFunction, now: Instant): string {
  const title = escape(t("privacy.title", { store }));
  const tables = Object.keys(data).sort((one, other) => placeOf(one) - placeOf(other) || (one < other ? -1 : 1));
  const sections = tables.map((table) => {
    const rows = (data[table] ?? []).map((row) => writeRow(table, row, shop, t)).join("");
    return `<section><h2>${escape(t(`privacy.table.${table}`, { defaultValue: wordsOf(table) }))}</h2>${rows}</section>`;
  });
  return `<!doctype html>
<html lang="${escape(shop.locale)}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>${STYLE}</style></head>
<body><h1>${title}</h1><p>${escape(t("privacy.intro", { store, at: formatMoment(now, shop) }))}</p>
${sections.join("\n")}
</body></html>
`;
}

const STYLE =
  "body{font:16px/1.5 sans-serif;max-width:45rem;margin:2rem auto;padding:0 1rem}dl{border-top:1px solid #ccc;padding-top:.5rem;" +
  "display:grid;grid-template-columns:12rem 1fr;gap:.25rem 1rem}dt{color:#555}dd{margin:0;overflow-wrap:anywhere}";

const placeOf = (table: string) => (FIRST.includes(table) ? FIRST.indexOf(table) : FIRST.length);

function writeRow(table: string, row: Record<string, unknown>, shop: ShopContext, t: TFunction): string {
  const items = Object.entries(row).flatMap(([column, value]) => {
    const text = HIDDEN.has(column) ? "" : inWords(value, shop, t);
    if (text === "") return [];
    const label = t([`privacy.column_of.${table}.${column}`, `privacy.column.${column}`], {
      defaultValue: wordsOf(column),
    });
    return [`<dt>${escape(label)}</dt><dd>${escape(text)}</dd>`];
  });
  return items.length > 0 ? `<dl>${items.join("")}</dl>` : "";
}

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)$/;
/** A person may have written a text that looks like a time and is not a valid one. */
const isMoment = (text: string) => MOMENT.test(text) && Number.isFinite(Date.parse(text));

/** A value as a text; blank for a value without content. */
function inWords(value: unknown, shop: ShopContext, t: TFunction): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return t(value ? "privacy.yes" : "privacy.no");
  if (typeof value === "string") return isMoment(value) ? formatMoment(new Date(value), shop) : value;
  if (typeof value !== "object") return String(value);
  const parts = Array.isArray(value)
    ? value.map((each) => inWords(each, shop, t))
    : Object.entries(value).map(([name, each]) => {
        const text = inWords(each, shop, t);
        return text && `${t(`privacy.column.${name}`, { defaultValue: wordsOf(name) })}: ${text}`;
      });
  return parts.filter(Boolean).join(", ");
}

/** The name of a table or column as words: `first_order_at` and `lineItemId` become "First order at" and "Line item id". */
function wordsOf(name: string): string {
  const words = name.replaceAll(/[_.]/g, " ").replaceAll(/([a-z])([A-Z])/g, "$1 $2");
  return words.charAt(0).toUpperCase() + words.slice(1).toLowerCase();
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
