import type { Reads } from "../customers/change.ts";
import type { Sql } from "../db.server.ts";
import type { AttributeShape, FunctionShape } from "./attribute.ts";

/** The instant and the zone for which a query is evaluated. */
export type Moment = { now: Date; timeZone: string };

/** An attribute of the language. `c` is the customer's row; the expression says nothing of the query's literals. */
export type Attribute = AttributeShape & {
  sql: (moment: Moment) => Sql;
  /** Which changes can change it. */
  reads: readonly Reads[];
  /** True when its value changes by time alone, without any change to the customer. */
  flips?: true;
};

/**
 * A comparison of the query on one parameter, as SQL over the given expression; true where the query leaves it out.
 * For a parameter of two types give an expression per type.
 */
export type ParamTest = (name: string, expression: Sql | Record<string, Sql>) => Sql;

/** A function of the language: whether the customer `c` has at least one thing that passes all parameters. */
export type AttributeFunction = FunctionShape & {
  sql: (test: ParamTest, moment: Moment) => Sql;
  reads: readonly Reads[];
};

export type AttributeMap = Record<string, Attribute | AttributeFunction>;
