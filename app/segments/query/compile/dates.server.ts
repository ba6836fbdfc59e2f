// Compiles comparisons with dates. A day is a half-open range of instants: > starts with the next day, BETWEEN includes both
// days, IN takes any of its days.
import { join, type Sql, sql } from "../../../db.server.ts";
import type { Moment, Window } from "../../attribute.server.ts";
import type { Literal, Test } from "../grammar/ast.ts";
import { rangeOf, type Range } from "../shop-days.ts";
import type { Instant } from "../../../instant.ts";

// Bound as a text in UTC: the driver writes a Date in the process's zone, whose offset in early years had seconds.
const instant = (at: Instant): Sql => sql`${at.toISOString()}::timestamptz`;

function rangeFor(literal: Literal, moment: Moment): Range {
  if (literal.kind !== "date") throw new Error("a checked date is compared with a date");
  return rangeOf(literal.value, moment);
}

export function compileDate(test: Test, expression: Sql, moment: Moment): Sql {
  const range = (literal: Literal) => {
    const { from, to } = rangeFor(literal, moment);
    return { from: instant(from), to: instant(to) };
  };
  const within = ({ from, to }: ReturnType<typeof range>) =>
    sql`((${expression}) >= ${from} and (${expression}) < ${to})`;
  const not = (predicate: Sql) => sql`((${predicate}) is not true)`;
  if (test.kind === "in") {
    const days = sql`(${join(
      test.values.map((value) => within(range(value))),
      " or ",
    )})`;
    return test.negated ? not(days) : days;
  }
  if (test.kind === "between") {
    return sql`((${expression}) >= ${range(test.from).from} and (${expression}) < ${range(test.to).to})`;
  }
  const first = range(test.value);
  switch (test.operator.text) {
    case "=":
      return within(first);
    case "!=":
      return not(within(first));
    case ">":
      return sql`((${expression}) >= ${first.to})`;
    case ">=":
      return sql`((${expression}) >= ${first.from})`;
    case "<":
      return sql`((${expression}) < ${first.from})`;
    case "<=":
      return sql`((${expression}) < ${first.to})`;
  }
}

/** Whether a literal is a relative date, which is another day tomorrow. */
export const isRelative = (literal: Literal): boolean =>
  literal.kind === "date" && literal.value.form !== "day" && literal.value.form !== "datetime";

export const literalsIn = (test: Test): Literal[] => {
  if (test.kind === "compare") return [test.value];
  return test.kind === "between" ? [test.from, test.to] : test.values;
};

type Bound = { literal: Literal; side: keyof Range };

/** The bounds of days that a comparison uses: `>` uses only the end of its day, `=` uses the start and the end. */
function boundsOf(test: Test): Bound[] {
  const both = (literal: Literal): Bound[] => [
    { literal, side: "from" },
    { literal, side: "to" },
  ];
  if (test.kind === "in") return test.values.flatMap(both);
  if (test.kind === "between")
    return [
      { literal: test.from, side: "from" },
      { literal: test.to, side: "to" },
    ];
  switch (test.operator.text) {
    case ">":
    case "<=":
      return [{ literal: test.value, side: "to" }];
    case ">=":
    case "<":
      return [{ literal: test.value, side: "from" }];
    default:
      return both(test.value);
  }
}

/**
 * SQL that is true for the dates whose comparison may differ between the window's two instants: the dates that a moving bound passed
 * over, one piece of SQL for each bound. Empty: no bound moved.
 */
export function passedOver(test: Test, expression: Sql, { from, to, timeZone }: Window): Sql[] {
  return boundsOf(test).flatMap(({ literal, side }) => {
    const [before, after] = [from, to].map((now) => rangeFor(literal, { now, timeZone })[side].getTime());
    if (before === undefined || after === undefined || before === after) return [];
    const [low, high] = [Math.min(before, after), Math.max(before, after)].map((at) => instant(new Date(at)));
    return [sql`((${expression}) >= ${low} and (${expression}) < ${high})`];
  });
}
