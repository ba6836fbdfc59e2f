// When a worker starts, the database plans the SQL of each attribute and function. A misspelt column stops the start, and not a segment
// some days later.
import pg from "pg";
import { forShop, join, sql, type Sql } from "../db.server.ts";
import { PluginMistake } from "../errors.ts";
import { type Attribute, type AttributeFunction, type FlipTest, isFunction } from "../segments/attribute.server.ts";
import { shapeOf } from "../segments/query/compile/compile.server.ts";
import type { Registry } from "../plugins/registry.server.ts";
import { attributeFault } from "../plugins/running/watched.server.ts";

/** A transaction is held to a shop. No shop has this id. */
const NO_SHOP = "none";
/** Any moment: no value is computed. */
const moment = { now: new Date("2026-01-01T00:00:00Z"), timeZone: "UTC" };
const window = { from: moment.now, to: moment.now, timeZone: moment.timeZone };

/** Throws one sentence for each attribute whose SQL is refused, with the plugin's own line. Reads no row. */
export async function assertAttributesRun(registry: Registry): Promise<void> {
  const shop = { now: () => moment.now, timeZone: moment.timeZone };
  const faults: string[] = [];
  for (const [name, entry] of Object.entries(registry.attributes)) {
    try {
      await planAll(entry);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      faults.push(`The ${attributeFault(shop, registry, name, error)}`);
    }
  }
  if (faults.length > 0) throw new Error(faults.join("\n"));
}

async function planAll(entry: Attribute | AttributeFunction): Promise<void> {
  checkType(entry, await typeOf(isFunction(entry) ? entry.sql(everyParameter(entry), moment) : entry.sql(moment)));
  for (const part of [flipsOf(entry), pastOf(entry)]) if (part) await typeOf(part);
}

function flipsOf(entry: Attribute | AttributeFunction): Sql | null {
  if (!isFunction(entry)) return typeof entry.flips === "function" ? entry.flips(window) : null;
  return typeof entry.flips === "function" ? entry.flips(everyParameter(entry), window) : null;
}

const pastOf = (entry: Attribute | AttributeFunction): Sql | null =>
  (isFunction(entry) ? entry.history?.(everyParameter(entry), moment) : entry.history?.(moment)) ?? null;

/** The SQL type of an expression over the customer's row, as PostgreSQL names it. */
async function typeOf(value: Sql): Promise<string> {
  const [row] = await forShop(NO_SHOP).tx((tx) =>
    tx.rows<{ type: string }>(sql`
      select pg_typeof((select (${value}) as value from customer c where c.shop_id = ${NO_SHOP} and false))::text as type`),
  );
  return row?.type ?? "";
}

/** Types that say no zone. PostgreSQL would read them as UTC, so that a day begins too early or too late in the shop's zone. */
const WITHOUT_ZONE = ["date", "timestamp without time zone"];

function checkType(entry: Attribute | AttributeFunction, type: string): void {
  if (!isFunction(entry) && entry.type === "date" && WITHOUT_ZONE.includes(type))
    throw new PluginMistake(
      `its SQL gives the type ${type}, which has no time zone: give (…)::timestamp at time zone \${moment.timeZone}`,
    );
}

/**
 * Classes 42, 22 and 0A: a syntax error or a name that does not exist, a constant that cannot be computed, such as `1/0`, and what the
 * database does not support. https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const isRefusal = (error: unknown): boolean =>
  error instanceof PluginMistake || (error instanceof pg.DatabaseError && /^(?:42|22|0A)/.test(error.code ?? ""));

/** The test of a query that has every parameter of the function. */
function everyParameter(entry: AttributeFunction): FlipTest {
  const test = (name: string, expression: Parameters<FlipTest>[1]) => {
    shapeOf(entry, name);
    const all = "strings" in expression ? [expression] : Object.values(expression);
    return sql`(${join(
      all.map((one) => sql`(${one}) is not null`),
      " and ",
    )})`;
  };
  return Object.assign(test, { given: (name: string) => shapeOf(entry, name) !== undefined, differs: test });
}
