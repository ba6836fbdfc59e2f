// What is held of a person as a document that the person can read: the tables and columns in words, times in the shop's zone.
// Whatever has no words of its own is called by its name, so that nothing is left out.
import type { TFunction } from "i18next";
import { formatMoment } from "../../ui/format.ts";
import type { ShopContext } from "../../ui/shop-context.ts";
import type { HeldData } from "./export.server.ts";
import type { Instant } from "../../instant.ts";

/** In the order in which one reads them. */
const FIRST = ["customer", "customer_address", "consent", "shop_order", "line_item", "refund", "answer", "event"];
/** What only the database needs: versions, and whose the row is, which the document says once. */
const HIDDEN = new Set(["tie", "platform_id", "customer_id", "shop_id", "tags_at"]);

export function writeDocument(data: HeldData, store: string, shop: ShopContext, t: TFunction, now: Instant): string {
  const title = escape(t("privacy.title", { store }));
  const tables = Object.keys(data).sort((one, other) => placeOf(one) - placeOf(other) || (one < other ? -1 : 1));
  const sections = tables.map((table) => {
    const rows = (data[table] ?? []).map((row) => writeRow(row, shop, t)).join("");
    return `<section><h2>${escape(t(`privacy.table.${table}`, { defaultValue: named(table) }))}</h2>${rows}</section>`;
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

function writeRow(row: Record<string, unknown>, shop: ShopContext, t: TFunction): string {
  const told = Object.entries(row).flatMap(([column, value]) => {
    const text = HIDDEN.has(column) ? "" : inWords(value, shop, t);
    if (text === "") return [];
    const label = t(`privacy.column.${column}`, { defaultValue: named(column) });
    return [`<dt>${escape(label)}</dt><dd>${escape(text)}</dd>`];
  });
  return told.length > 0 ? `<dl>${told.join("")}</dl>` : "";
}

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)$/;
/** A person may have written what only looks like one. */
const isMoment = (text: string) => MOMENT.test(text) && Number.isFinite(Date.parse(text));

/** Empty for what says nothing. */
function inWords(value: unknown, shop: ShopContext, t: TFunction): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return t(value ? "privacy.yes" : "privacy.no");
  if (typeof value === "string") return isMoment(value) ? formatMoment(new Date(value), shop) : value;
  if (typeof value !== "object") return String(value);
  const parts = Array.isArray(value)
    ? value.map((each) => inWords(each, shop, t))
    : Object.entries(value).map(([name, each]) => {
        const text = inWords(each, shop, t);
        return text && `${t(`privacy.column.${name}`, { defaultValue: named(name) })}: ${text}`;
      });
  return parts.filter(Boolean).join(", ");
}

/** `first_order_at` and `lineItemId` as words. */
function named(name: string): string {
  const words = name.replaceAll(/[_.]/g, " ").replaceAll(/([a-z])([A-Z])/g, "$1 $2");
  return words.charAt(0).toUpperCase() + words.slice(1).toLowerCase();
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
