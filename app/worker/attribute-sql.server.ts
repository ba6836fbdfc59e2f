// When a worker starts, the database plans the SQL of each attribute and function. A misspelt column stops the start, and not a segment
// some days later.
import pg from "pg";
import { forShop, join, sql, type Sql } from "../db.server.ts";
import { PluginMistake } from "../errors.ts";
import {
  type Attribute,
  type AttributeFunction,
  type FlipTest,
  isFunction,
  SQL_TYPES,
} from "../segments/attribute.server.ts";
import type { ValueType } from "../segments/attribute.ts";
import { typesOf } from "../segments/query/check.ts";
import { shapeOf } from "../segments/query/compile/compile.server.ts";
import type { Registry } from "../plugins/registry.server.ts";
import { attributeFault } from "../plugins/running/watched.server.ts";

/** A transaction is held to a shop. No shop has this id. */
const NO_SHOP = "none";
/** Any moment: no value is computed. */
const moment = { now: new Date("2026-01-01T00:00:00Z"), timeZone: "UTC" };
const window = { from: moment.now, to: moment.now, timeZone: moment.timeZone };

/** Throws one sentence for each member of an attribute whose SQL is refused, with the plugin's own line. Reads no row. */
export async function assertAttributesRun(registry: Registry): Promise<void> {
  const shop = { now: () => moment.now, timeZone: moment.timeZone };
  const faults: string[] = [];
  for (const [name, entry] of Object.entries(registry.attributes)) {
    for (const [member, compose] of Object.entries(membersOf(entry))) {
      try {
        await plan(member === "flips" || isFunction(entry) ? "boolean" : entry.type, compose());
      } catch (error) {
        if (!isRefusal(error)) throw error;
        faults.push(`The ${attributeFault(shop, registry, name, error, compose)}`);
      }
    }
  }
  if (faults.length > 0) throw new Error(faults.join("\n"));
}

/** By member, how its SQL is composed. Null: the member says nothing for the given parameters. */
function membersOf(entry: Attribute | AttributeFunction): Record<string, () => Sql | null> {
  if (!isFunction(entry)) {
    const { sql: value, flips, history } = entry;
    return {
      sql: () => value(moment),
      flips: () => (typeof flips === "function" ? flips(window) : null),
      history: () => history?.(moment) ?? null,
    };
  }
  const test = everyParameter(entry);
  const { sql: fits, flips, history } = entry;
  return {
    sql: () => fits(test, moment),
    flips: () => (typeof flips === "function" ? flips(test, window) : null),
    history: () => history?.(test, moment) ?? null,
  };
}

async function plan(type: keyof typeof SQL_TYPES, value: Sql | null): Promise<void> {
  const given = value && (await typeOf(value));
  if (given !== null && !SQL_TYPES[type].includes(given)) throw new PluginMistake(`its SQL ${mend(given, type)}`);
}

/** The SQL type of an expression over the customer's row, as PostgreSQL names it. */
async function typeOf(value: Sql): Promise<string> {
  const [row] = await forShop(NO_SHOP)
    .tx((tx) =>
      tx.rows<{ type: string }>(sql`
        select pg_typeof((select (${value}) as value from customer c where c.shop_id = ${NO_SHOP} and false))::text as type`),
    )
    .catch((error: Error) => {
      const given = NO_TIME.exec(error.message)?.[1];
      throw given === undefined
        ? error
        : new PluginMistake(`its SQL compares a parameter that is a date, and ${mend(given, "date")}`);
    });
  return row?.type ?? "";
}

/** Types that say no zone. PostgreSQL would read them as UTC, so that a day begins too early or too late in the shop's zone. */
const WITHOUT_ZONE = ["date", "timestamp without time zone"];

const mend = (given: string, type: keyof typeof SQL_TYPES): string =>
  type === "date" && WITHOUT_ZONE.includes(given)
    ? `gives the type ${given}, which has no time zone: give (…)::timestamp at time zone \${moment.timeZone}`
    : `gives the type ${given}, and must give ${SQL_TYPES[type][0]}: cast the value`;

/**
 * Classes 42, 22 and 0A: a syntax error or a name that does not exist, a constant that cannot be computed, such as `1/0`, and what the
 * database does not support. https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const isRefusal = (error: unknown): boolean =>
  error instanceof PluginMistake || (error instanceof pg.DatabaseError && /^(?:42|22|0A)/.test(error.code ?? ""));

/** What the database says of `DATED` for an expression that is no time with a zone. A query's comparison would cast the expression. */
const NO_TIME = /^operator does not exist: (.+) <@ tstzrange$/;
const DATED = (given: Sql) => sql`(${given}) <@ tstzrange(null, null)`;

/** Tests that the database plans where a query can compare the expression with values of the type. */
const COMPARED: Record<ValueType | "list", (given: Sql) => Sql> = {
  date: DATED,
  boolean: (given) => sql`(${given}) is true`,
  integer: (given) => sql`(${given})::numeric is not null`,
  float: (given) => sql`(${given})::numeric is not null`,
  id: (given) => sql`(${given}) = ''::text`,
  enum: (given) => sql`(${given}) = ''::text`,
  string: (given) => sql`(${given})::text is not null`,
  list: (given) => sql`(${given})::text::text[] is not null`,
};

/** The test of a query that has every parameter of the function. */
function everyParameter(entry: AttributeFunction): FlipTest {
  const test = (name: string, expression: Parameters<FlipTest>[1]) => {
    const { type } = shapeOf(entry, name);
    const byType =
      "strings" in expression ? typesOf(type).map((each) => [each, expression] as const) : Object.entries(expression);
    const compared = byType.map(([each, given]) => COMPARED[each as ValueType](given));
    return sql`(${join(compared, " and ")})`;
  };
  const given = (name: string) => shapeOf(entry, name) !== undefined;
  return Object.assign(test, { given, differs: (name: string, date: Sql) => test(name, { date }) });
}
