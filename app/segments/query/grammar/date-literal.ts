import { dayText } from "../../../local-time.ts";
import type { DateValue, OffsetUnit } from "./ast.ts";

// Shopify's older names of relative dates. Shopify itself rewrites these names as offsets.
const RENAMED: Record<string, DateValue> = {
  "7_days_ago": { form: "offset", amount: -7, unit: "d" },
  "30_days_ago": { form: "offset", amount: -30, unit: "d" },
  "90_days_ago": { form: "offset", amount: -90, unit: "d" },
  "12_months_ago": { form: "offset", amount: -12, unit: "m" },
};

function readAbsolute(text: string): DateValue | null {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = text.split(/[-T:]/).map(Number);
  const time = Date.UTC(year, month - 1, day, hour, minute, second);
  // Date.UTC turns a time that does not exist (30 February, 24:00) into a later one, which is written otherwise than the text.
  const canonical = new Date(time).toISOString();
  if (year < 1000 || !canonical.startsWith(text)) return null;
  const date = { year, month, day };
  return text.includes("T") ? { form: "datetime", ...date, hour, minute, second } : { form: "day", ...date };
}

/** Null for a text that has the form of a date and is not a valid date: 2021-02-29, 13_days_ago. */
export function readDate(text: string): DateValue | null {
  const offset = /^([+-]\d{1,6})([dwmy])$/.exec(text);
  if (offset) return { form: "offset", amount: Number(offset[1]), unit: offset[2] as OffsetUnit };
  if (/^\d{4}-/.test(text)) return readAbsolute(text);
  return Object.hasOwn(RENAMED, text) ? (RENAMED[text] ?? null) : null;
}

/** The date of the words `today` and `yesterday`, in any case; null for other words. */
export function readNamedDay(word: string): DateValue | null {
  const name = word.toLowerCase();
  return name === "today" || name === "yesterday" ? { form: name } : null;
}

const pad = (number: number) => String(number).padStart(2, "0");

export function formatDate(date: DateValue): string {
  switch (date.form) {
    case "today":
    case "yesterday":
      return date.form;
    case "offset":
      return `${date.amount < 0 || Object.is(date.amount, -0) ? "-" : "+"}${Math.abs(date.amount)}${date.unit}`;
    default: {
      const day = dayText(date);
      return date.form === "day" ? day : `${day}T${pad(date.hour)}:${pad(date.minute)}:${pad(date.second)}`;
    }
  }
}
