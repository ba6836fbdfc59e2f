// Checks that what plugins return has one of the closed shapes that the core stores, publishes and draws. Throws PluginMistake.
import type { CardContent } from "../../../analytics/card.ts";
import { digitsOf } from "../../../currency.ts";
import { PluginMistake } from "../../../errors.ts";
import type { Grant, ResolvedOffer } from "../../../offers/offer-kind.ts";
import { type Engine, readOnce } from "../../../segments/memberships/live-segment.server.ts";
import { faultMessage } from "../../../segments/query/fault.ts";
import { isDay, TODAY } from "../../../surveys/day.ts";
import type { Checked, Value } from "../../../surveys/question-kind.ts";
import type { QuestionShape } from "../../../surveys/wire.ts";

/** Refuses NaN and Infinity, and spellings such as "1e5" that PostgreSQL would read as numbers. */
const DECIMAL = /^-?\d{1,30}(\.\d{1,20})?$/;
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
  need(isRecord(content), "it gives no content: return { shape: … }, or null");
  need(
    Object.hasOwn(CARDS, String(content.shape)),
    `its shape is ${said(content.shape)}: use ${CARD_SHAPES.join(", ")}`,
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
    need(Array.isArray(rows), "its rows must be a list");
    for (const { label, value, unit, url } of rows) {
      need(typeof label === "string", "a row has no label");
      checkUrl(url);
      checkFigure(value, unit);
    }
  },
  bars({ bars, unit }) {
    need(Array.isArray(bars), "its bars must be a list");
    for (const { label, value, url } of bars) {
      need(typeof label === "string", "a bar has no label");
      checkUrl(url);
      need(String(unit) !== "word", "its unit is word, and a bar needs a number: use another unit");
      checkFigure(value, unit);
      need(value !== null && Number(value) >= 0, "a bar's value is below 0");
    }
  },
  series({ points, unit }) {
    need(Array.isArray(points), "its points must be a list");
    for (const { day, value } of points) {
      need(isDay(day), "a point needs a day such as 2026-11-28");
      need(String(unit) !== "word", "its unit is word, and a point needs a number: use another unit");
      checkFigure(value, unit);
    }
  },
  matrix({ rows, columns, unit }) {
    need(Array.isArray(rows) && Array.isArray(columns), "its rows and its columns must be lists");
    for (const { label, values } of rows) {
      need(typeof label === "string", "a row has no label");
      need(Array.isArray(values) && values.length === columns.length, "a row has more or fewer values than columns");
      for (const value of values) checkFigure(value, unit);
    }
  },
};
const CARD_SHAPES = Object.keys(CARDS);

/** A link of another kind, such as `javascript:`, would run in the merchant's page. */
function checkUrl(url: unknown): void {
  if (url === undefined || url === null) return;
  need(
    typeof url === "string" && /^(?:\/(?![\/\\])|https?:\/\/|shopify:)/.test(url) && !/[\t\n\r]/.test(url),
    "its url leads neither to a page of the app nor to an http address: give a path such as /app/customers, or an https URL",
  );
}

function checkFigure(value: string | null, unit: string): void {
  need(UNITS.includes(unit), `its unit is ${said(unit)}, not one of ${UNITS.join(", ")}`);
  if (value === null) return;
  if (unit === "word") need(typeof value === "string", `its value is ${typeof value}, and must be a text`);
  else need(isNumber(value), `its value is ${numberSaid(value)}: give a decimal number as text, or null`);
}

/** Describes a value without quoting it, because a text may be personal data. */
const numberSaid = (value: unknown): string =>
  /^(NaN|-?Infinity|undefined)$/.test(String(value))
    ? String(value)
    : typeof value === "string"
      ? "a text that is not a decimal number"
      : `a ${typeof value}`;

export function checkedOffer(resolved: ResolvedOffer, currency: string): ResolvedOffer {
  const given: unknown = resolved;
  need(isRecord(given) && isRecord(resolved.content), "it gives no content: return { content, discount }");
  const { content, discount } = resolved;
  need(
    ["message", "discount"].includes(content.shape),
    `its content has the shape ${said(content.shape)}: use message or discount`,
  );
  need(isTextOrNull(content.href), "its href must be a text or null");
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
  need(isRecord(grant) && ["percent", "amount"].includes(grant.kind), "its grant must have the kind percent or amount");
  if (grant.kind === "percent") checkShare(grant.percent);
  else checkAmount(grant.amount, currency);
}

function checkAmount(amount: unknown, currency: string): void {
  need(isNumber(amount), `its amount is ${numberSaid(amount)}: give a decimal number as text`);
  need(Number(amount) > 0, "its amount must be above 0");
  const decimals = (String(amount).split(".")[1] ?? "").replace(/0+$/, "");
  need(decimals.length <= digitsOf(currency), `its amount has more decimal places than ${currency}: round it`);
}

function checkShare(percent: unknown): void {
  need(isNumber(percent), `its percent is ${numberSaid(percent)}: give a decimal number as text`);
  need(Number(percent) > 0 && Number(percent) <= 100, "its percent must be above 0 and at most 100");
}

const checkCode = (code: unknown): void => need(isTextOrNull(code), "its code must be a text or null");

/** The mistake quotes the query's faults, because the plugin wrote the query. */
export function checkedAudience(query: string | null, engine: Engine): string | null {
  if (query === null || query === "") return null;
  need(typeof query === "string", "its audience must be a query as text, or null");
  const read = readOnce(query, engine);
  if (Array.isArray(read)) throw new PluginMistake(`its query cannot be read: ${read.map(faultMessage).join("; ")}`);
  return query;
}

export function checkedShape(shape: QuestionShape): QuestionShape {
  need(isRecord(shape), "it gives no shape: return { shape: … }");
  if (shape.shape === "scale")
    need(Number.isInteger(shape.from) && Number.isInteger(shape.to), "its scale needs from and to as whole numbers");
  else if (shape.shape === "text")
    need(Number.isInteger(shape.maxLength), "its text needs maxLength as a whole number");
  else if (shape.shape === "date")
    need(
      [shape.from, shape.to].every((day) => day === null || day === TODAY || isDay(day)),
      "its from and to must each be a day such as 2026-11-28, today, or null",
    );
  else {
    need(String(shape.shape) === "choice", `its shape is ${said(shape.shape)}: use choice, scale, text or date`);
    need(Array.isArray(shape.choices), "its choices must be a list");
  }
  return shape;
}

export function checkedValues(values: Value[]): Value[] {
  need(Array.isArray(values), "its values must be a list");
  for (const { value, label } of values)
    need(typeof value === "string" && typeof label === "string", "one of its values has no value or no label");
  return values;
}

export function checkedAnswer(checked: Checked): Checked {
  if (!checked.ok) return checked;
  for (const { text, number } of checked.values) {
    need(typeof text === "string", "its answer needs a text");
    need(
      number === null || isNumber(number),
      `its answer's number is ${numberSaid(number)}: give a decimal number as text, or null`,
    );
  }
  return checked;
}
