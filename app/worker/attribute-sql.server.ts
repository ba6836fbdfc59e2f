// When a worker starts, the database plans the SQL of each attribute and function. A misspelt column stops the start, and not a segment
// some days later.
import pg from "pg";
import { forShop, join, sql, type Sql } from "../db.server.ts";
import { isFunction, type ParamTest } from "../segments/attribute.server.ts";
import type { Registry } from "../plugins/registry.server.ts";
import { attributeFault } from "../plugins/running/watched.server.ts";

/** A transaction is held to a shop. No shop has this id. */
const NO_SHOP = "none";
/** Any moment: no value is computed. */
const moment = { now: new Date("2026-01-01T00:00:00Z"), timeZone: "UTC" };

/** Throws one sentence for each attribute whose SQL the database refuses, with the plugin's own line. Reads no row. */
export async function assertAttributesRun(registry: Registry): Promise<void> {
  const shop = { now: () => moment.now, timeZone: moment.timeZone };
  const faults: string[] = [];
  for (const [name, entry] of Object.entries(registry.attributes)) {
    try {
      await plan(isFunction(entry) ? entry.sql(everyParameter, moment) : entry.sql(moment));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      faults.push(`The ${attributeFault(shop, registry, name, error)}`);
    }
  }
  if (faults.length > 0) throw new Error(faults.join("\n"));
}

const plan = (value: Sql): Promise<number> =>
  forShop(NO_SHOP).tx((tx) =>
    tx.run(sql`select (${value}) is null as value from customer c where c.shop_id = ${NO_SHOP} and false`),
  );

/** Class 42: a syntax error, or a name that does not exist. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const isRefusal = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && error.code?.startsWith("42") === true;

/** The test of a query that has every parameter. */
const everyParameter: ParamTest = Object.assign(
  (_name: string, expression: Parameters<ParamTest>[1]) => {
    const all = "strings" in expression ? [expression] : Object.values(expression);
    return sql`(${join(
      all.map((one) => sql`(${one}) is not null`),
      " and ",
    )})`;
  },
  { given: () => true },
);
