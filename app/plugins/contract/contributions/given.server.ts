// Checks that what plugins return has one of the closed shapes that the core stores, publishes and draws. Throws PluginMistake.
import type { CardContent } from "../../../analytics/card.ts";
import { digitsOf } from "../../../currency.ts";
import { PluginMistake } from "../../../errors.ts";
import type { Grant, ResolvedOffer } from "../../../offers/offer-kind.ts";
import { type Engine, readOnce } from "../../../segments/memberships/live-segment.server.ts";
import { faultMessage } from "../../../segments/query/fault.ts";
import type { Checked, Value } from "../../../surveys/question-kind.ts";
import type { QuestionShape } from "../../../surveys/wire.ts";

/** Refuses NaN and Infinity, and spellings such as "1e5" that PostgreSQL would read as numbers. */
const DECIMAL = /^-?\d{1,30}(\.\d{1,20})?$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const UNITS = ["count", "money", "percent", "score", "word"];

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const isNumber = (value: unknown): boolean => typeof value === "string" && DECIMAL.test(value);
const isTextOrNull = (value: unknown): boolean => value === null || typeof value === "string";
const said = (value: unknown): string => (typeof value === "string" ? `"${value.slice(0, 40)}"` : typeof value);

function need(holds: boolean, mistake: string): void {
  if (!holds) throw new PluginMistake(mistake);
}

export function checkedCard(content: CardContent | null): CardContent | null {
  if (content === null) return null;
  need(
    isRecord(content) && Object.hasOwn(CARDS, String(content.shape)),
    `its shape is none of ${CARD_SHAPES.join(", ")}`,
  );
  CARDS[content.shape](content as never);
  return content;
}

type Shape = CardContent["shape"];
const CARDS: { [S in Shape]: (content: Extract<CardContent, { shape: S }>) => void } = {
  figure({ value, before, unit }) {
    for (const each of [value, before ?? null]) checkFigure(each, unit);
  },
  rows({ rows }) {
    need(Array.isArray(rows), "its rows are no list");
    for (const { label, value, unit } of rows) {
      need(typeof label === "string", "a row has no label");
      checkFigure(value, unit);
    }
  },
  bars({ bars, unit }) {
    need(Array.isArray(bars), "its bars are no list");
    for (const { label, value } of bars) {
      need(typeof label === "string", "a bar has no label");
      need(String(unit) !== "word", "its unit is a word, which has no length");
      checkFigure(value, unit);
      need(value !== null && Number(value) >= 0, "a bar's value is below 0");
    }
  },
  series({ points, unit }) {
    need(Array.isArray(points), "its points are no list");
    for (const { day, value } of points) {
      need(DAY.test(day), "a point has no day such as 2026-11-28");
      need(String(unit) !== "word", "its unit is a word, which has no height");
      checkFigure(value, unit);
    }
  },
  matrix({ rows, columns, unit }) {
    need(Array.isArray(rows) && Array.isArray(columns), "it has no list of rows or columns");
    for (const { label, values } of rows) {
      need(typeof label === "string", "a row has no label");
      need(Array.isArray(values) && values.length === columns.length, "a row has more or fewer values than columns");
      for (const value of values) checkFigure(value, unit);
    }
  },
};
const CARD_SHAPES = Object.keys(CARDS);

function checkFigure(value: string | null, unit: string): void {
  need(UNITS.includes(unit), `its unit is ${said(unit)}, not one of ${UNITS.join(", ")}`);
  if (value === null) return;
  if (unit === "word") need(typeof value === "string", `its value is ${typeof value}, not a text`);
  else need(isNumber(value), `its value is ${numberSaid(value)}, which is no number: give a decimal as text, or null`);
}

/** Describes a value without quoting it, because a text may be personal data. */
const numberSaid = (value: unknown): string =>
  /^(NaN|-?Infinity|undefined)$/.test(String(value)) ? String(value) : `a ${typeof value}`;

export function checkedOffer(resolved: ResolvedOffer, currency: string): ResolvedOffer {
  const given: unknown = resolved;
  need(isRecord(given) && isRecord(resolved.content), "it resolves to no content");
  const { content, discount } = resolved;
  need(["message", "discount"].includes(content.shape), `its content has the shape ${said(content.shape)}`);
  need(isTextOrNull(content.href), "its link is no text");
  if (content.shape === "discount") {
    if (content.amount === undefined) checkShare(content.percent);
    else checkAmount(content.amount, currency);
    checkCode(content.code);
  }
  if (discount !== null) {
    need(
      isRecord(discount) && typeof discount.title === "string",
      'its discount has no title: give a text, "" for the offer\'s name',
    );
    checkGrant(discount.grant, currency);
    checkCode(discount.code);
  }
  return resolved;
}

function checkGrant(grant: Grant, currency: string): void {
  need(isRecord(grant) && ["percent", "amount"].includes(grant.kind), "its grant is none of percent, amount");
  if (grant.kind === "percent") checkShare(grant.percent);
  else checkAmount(grant.amount, currency);
}

function checkAmount(amount: unknown, currency: string): void {
  need(isNumber(amount), `its amount is ${numberSaid(amount)}, which is no number: give a decimal as text`);
  need(Number(amount) > 0, "its amount is not above 0");
  const [, decimals = ""] = /\.(\d*?)0*$/.exec(String(amount)) ?? [];
  need(decimals.length <= digitsOf(currency), `its amount has more decimal places than ${currency}: round it`);
}

function checkShare(percent: unknown): void {
  need(isNumber(percent), `its percent is ${numberSaid(percent)}, which is no number: give a decimal as text`);
  need(Number(percent) > 0 && Number(percent) <= 100, "its percent is not above 0 and up to 100");
}

const checkCode = (code: unknown): void => need(isTextOrNull(code), "its code is no text");

/** The mistake quotes the query's faults, because the plugin wrote the query. */
export function checkedAudience(query: string | null, engine: Engine): string | null {
  if (query === null || query === "") return null;
  need(typeof query === "string", "its query is no text");
  const read = readOnce(query, engine);
  if (Array.isArray(read)) throw new PluginMistake(`its query cannot be read: ${read.map(faultMessage).join("; ")}`);
  return query;
}

export function checkedShape(shape: QuestionShape): QuestionShape {
  need(isRecord(shape), "its shape is none");
  if (shape.shape === "scale")
    need(
      Number.isInteger(shape.from) && Number.isInteger(shape.to),
      "its scale does not go from one number to another",
    );
  else if (shape.shape === "text") need(Number.isInteger(shape.maxLength), "its text has no greatest length");
  else if (shape.shape === "date")
    need(
      [shape.from, shape.to].every((day) => day === null || DAY.test(day)),
      "its date is bounded by no day or null",
    );
  else need(shape.shape === "choice" && Array.isArray(shape.choices), "its shape is none of choice, scale, text, date");
  return shape;
}

export function checkedValues(values: Value[]): Value[] {
  need(Array.isArray(values), "its values are no list");
  for (const { value, label } of values)
    need(typeof value === "string" && typeof label === "string", "one of its values has no value or no label");
  return values;
}

export function checkedAnswer(checked: Checked): Checked {
  if (!checked.ok) return checked;
  for (const { text, number } of checked.values) {
    need(typeof text === "string", "its answer is no text");
    need(number === null || isNumber(number), `its answer's number is ${numberSaid(number)}, which is none`);
  }
  return checked;
}
