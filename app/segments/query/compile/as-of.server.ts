// Compiles a query for a past moment, from the values that attributes had then, as far as today's rows hold these values.
import { type Sql, sql } from "../../../db.server.ts";
import { livingCustomerAt } from "../../../customers/living.server.ts";
import { ordersAt } from "../../../customers/orders-then.server.ts";
import {
  type Attribute,
  type AttributeFunction,
  type AttributeMap,
  isFunction,
  type Moment,
} from "../../attribute.server.ts";
import { type Clause, clausesOf, type Query } from "../grammar/ast.ts";
import { type Fault, faultAt } from "../fault.ts";
import { askPlugin, compileWithUnknowns, testOf } from "./compile.server.ts";

/** `fits`: NULL for a customer whose value at the moment is not known. */
export type AsOf = { ok: true; fits: Sql } | { ok: false; faults: Fault[] };

/**
 * Compiles the query for a past moment. An attribute without a history is a fault, since its present value may be wrong for the
 * past.
 */
export function compileAsOf(query: Query, attributes: AttributeMap, moment: Moment): AsOf {
  const faults = clausesOf(query)
    .filter((clause) => pastOf(clause, attributes[clause.name.text], moment) === null)
    .map(({ name }) => faultAt(name, "no_history", { name: name.text }));
  if (faults.length > 0) return { ok: false, faults };
  const past = Object.fromEntries(
    Object.entries(attributes).map(([name, entry]) => [name, withPastValues(name, entry)]),
  );
  const then = sql`${moment.now.toISOString()}::timestamptz`;
  // A customer exists from the earlier of two instants: when the customer was added, and the customer's first order, which may have
  // been deleted since.
  const hadOrdered = sql`exists (
    select 1 from ${ordersAt(moment.now)} o where o.shop_id = c.shop_id and o.customer_id = c.id)`;
  const wasThere = sql`(${livingCustomerAt(moment.now)}
    and (coalesce(least(c.added_at, c.first_order_at) <= ${then}, false) or ${hadOrdered}))`;
  return { ok: true, fits: sql`(${wasThere} and ${compileWithUnknowns(query, past, moment)})` };
}

type Entry = Attribute | AttributeFunction;

/** The value that the clause's attribute had at a past moment. Null: it has no history. */
export function pastOf(clause: Clause, entry: Entry | undefined, moment: Moment): Sql | null {
  const name = clause.name.text;
  if (!entry?.history) return null;
  if (!isFunction(entry)) return askPlugin(name, () => entry.history?.(moment) ?? null);
  const test = testOf(clause.kind === "matches" ? clause.params : [], entry, moment);
  return askPlugin(name, () => entry.history?.(test, moment) ?? null);
}

function withPastValues(name: string, entry: Entry): Entry {
  if (!isFunction(entry)) {
    const { history } = entry;
    return history ? { ...entry, sql: (moment: Moment) => askPlugin(name, () => history(moment)) } : entry;
  }
  const { history } = entry;
  if (!history) return entry;
  return {
    ...entry,
    sql: (test, moment) => askPlugin(name, () => history(test, moment)) ?? entry.sql(test, moment),
  };
}
