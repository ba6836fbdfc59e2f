// Warnings about valid queries that are probably a mistake: a condition that matches no customer, or every customer.
import { clausesOf, type Clause, type DateValue, type Literal, type Span, type Test } from "./grammar/ast.ts";
import { formatLiteral } from "./grammar/format.ts";
import { parse } from "./grammar/parse.ts";

/** `range`: the end of BETWEEN is before its start. `empty`: a blank text. The locale key is `segments.warning.CODE`. */
export type Warning = Span & { code: "range" | "empty"; parameters: Record<string, string> };

/** A text that does not parse has no warnings: `readQuery` reports its faults. */
export function warningsIn(text: string): Warning[] {
  const read = parse(text);
  return read.ok ? clausesOf(read.query).flatMap(warningsOf) : [];
}

function warningsOf(clause: Clause): Warning[] {
  const name = clause.name.text;
  if (clause.kind === "matches") return clause.params.flatMap((param) => warningsOfTest(param.name.text, param.test));
  if (clause.kind === "contains") return emptyTexts(name, [clause.value]);
  return clause.kind === "compare" || clause.kind === "between" ? warningsOfTest(name, clause) : [];
}

function warningsOfTest(name: string, test: Test): Warning[] {
  if (test.kind === "between") return isReversed(test.from, test.to) ? [rangeWarning(name, test)] : [];
  // `!= ''` is a sensible condition: the value is not empty.
  if (test.kind === "compare" && test.operator.text === "!=") return [];
  return emptyTexts(name, test.kind === "compare" ? [test.value] : test.values);
}

function rangeWarning(name: string, { from, to }: { from: Literal; to: Literal }): Warning {
  const { start, line, column } = from;
  const parameters = { name, from: formatLiteral(from), to: formatLiteral(to) };
  return { start, end: to.end, line, column, code: "range", parameters };
}

const emptyTexts = (name: string, values: Literal[]): Warning[] =>
  values.flatMap((value): Warning[] => {
    if (value.kind !== "string" || value.value.trim() !== "") return [];
    const { start, end, line, column } = value;
    return [{ start, end, line, column, code: "empty", parameters: { name } }];
  });

/** Whether `from` is after `to` on every day. The order of a calendar date and a relative date changes as time passes. */
export function isReversed(from: Literal, to: Literal): boolean {
  if (from.kind === "number" && to.kind === "number") return Number(from.text) > Number(to.text);
  if (from.kind !== "date" || to.kind !== "date") return false;
  const [first, last] = [placeOf(from.value), placeOf(to.value)];
  return first.relative === last.relative && first.earliest > last.latest;
}

type Place = { relative: boolean; earliest: number; latest: number };

/** The fewest and the most days of each unit. */
const DAYS = { d: [1, 1], w: [7, 7], m: [28, 31], y: [365, 366] } as const;

function placeOf(date: DateValue): Place {
  switch (date.form) {
    case "today":
      return { relative: true, earliest: 0, latest: 0 };
    case "yesterday":
      return { relative: true, earliest: -1, latest: -1 };
    case "offset": {
      const [few, many] = DAYS[date.unit];
      const ends = [date.amount * few, date.amount * many];
      return { relative: true, earliest: Math.min(...ends), latest: Math.max(...ends) };
    }
    default: {
      const { year, month, day } = date;
      const start = Date.UTC(year, month - 1, day);
      if (date.form === "day") return { relative: false, earliest: start, latest: start + 86_400_000 - 1 };
      const at = start + ((date.hour * 60 + date.minute) * 60 + date.second) * 1000;
      return { relative: false, earliest: at, latest: at };
    }
  }
}
