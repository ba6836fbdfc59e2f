// Checks that a plugin's card has one of the closed shapes that the admin draws: every value that the drawing reads. Throws PluginMistake.
import type { CardContent } from "../../../../analytics/card.ts";
import { isDay } from "../../../../surveys/day.ts";
import { isLink, isNumber, isRecord, need, needRecords, numberSaid, plainCopy, said } from "./plain.ts";

const UNITS = ["count", "money", "percent", "score", "word"];
const MOST_ROWS = 1000;
const MOST_COLUMNS = 100;

type Shape = CardContent["shape"];

export function checkedCard(given: CardContent | null): CardContent | null {
  if (given === null) return null;
  need(isRecord(given), "it gives no content: return { shape: … }, or null");
  const content = plainCopy(given);
  need(
    Object.hasOwn(CARDS, String(content.shape)),
    `its shape is ${said(content.shape)}: use ${CARD_SHAPES.join(", ")}`,
  );
  CARDS[content.shape](content as never);
  return content;
}

const CARDS: { [S in Shape]: (content: Extract<CardContent, { shape: S }>) => void } = {
  figure({ value, before, unit, note }) {
    for (const each of [value, before ?? null]) checkFigure(each, unit);
    if (note === undefined) return;
    need(isRecord(note) && typeof note.key === "string", "its note has no key: give { key, count }");
    need(Number.isFinite(note.count), `its note's count is ${numberSaid(note.count)}: give a number`);
  },
  rows({ rows }) {
    needRecords(rows, "row", MOST_ROWS);
    for (const { label, value, unit, url, note } of rows) {
      checkNamed("row", label, url);
      need(note === undefined || typeof note === "string", `a row's note is ${said(note)}, and must be a text`);
      checkFigure(value, unit);
    }
  },
  bars({ bars, unit, total }) {
    needRecords(bars, "bar", MOST_ROWS);
    checkNumbersUnit("bar", unit);
    for (const { label, value, url } of bars) {
      checkNamed("bar", label, url);
      checkFigure(value, unit);
      need(value !== null && Number(value) >= 0, "a bar's value is below 0");
    }
    need(total === undefined || isNumber(total), `its total is ${numberSaid(total)}: give a decimal number as text`);
  },
  series({ points, unit }) {
    needRecords(points, "point", MOST_ROWS);
    checkNumbersUnit("point", unit);
    for (const { day, value } of points) {
      need(isDay(day), "a point needs a day such as 2026-11-28");
      checkFigure(value, unit);
    }
  },
  matrix({ rows, columns, unit }) {
    needRecords(columns, "column", MOST_COLUMNS);
    needRecords(rows, "row", MOST_ROWS);
    for (const { label } of columns) checkNamed("column", label);
    for (const { label, values } of rows) {
      checkNamed("row", label);
      need(Array.isArray(values) && values.length === columns.length, "a row has more or fewer values than columns");
      for (const value of values) checkFigure(value, unit);
    }
  },
};
const CARD_SHAPES = Object.keys(CARDS);

function checkNamed(noun: string, label: unknown, url?: unknown): void {
  need(typeof label === "string", `a ${noun} has no label: give a text`);
  checkUrl(url);
}

/** A link of another kind, such as `javascript:`, would run in the merchant's page. */
function checkUrl(url: unknown): void {
  if (url === undefined || url === null) return;
  need(
    isLink(url) || (typeof url === "string" && /^shopify:\S*$/.test(url)),
    "its url leads neither to a page of the app nor to an http address: give a path such as /app/customers, or an https URL",
  );
}

const checkNumbersUnit = (noun: string, unit: string): void =>
  need(unit !== "word", `its unit is word, and a ${noun} needs a number: use another unit`);

function checkFigure(value: string | null, unit: string): void {
  need(UNITS.includes(unit), `its unit is ${said(unit)}, not one of ${UNITS.join(", ")}`);
  if (value === null) return;
  if (unit === "word") need(typeof value === "string", `its value is ${said(value)}, and must be a text`);
  else need(isNumber(value), `its value is ${numberSaid(value)}: give a decimal number as text, or null`);
}
