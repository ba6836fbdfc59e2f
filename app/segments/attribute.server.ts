import type { Reads } from "../customers/change.ts";
import type { Sql } from "../db.server.ts";
import type { AttributeShape, Catalogue, FunctionShape } from "./attribute.ts";

/** The instant and the zone for which a query is evaluated. */
export type Moment = { now: Date; timeZone: string };

/**
 * An attribute of the language. `c` is the customer's row; the expression says nothing of the query's literals.
 * Its SQL type: date timestamptz, enum, string and id text, float and integer a number, lists an array of text.
 */
export type Attribute = AttributeShape & {
  sql: (moment: Moment) => Sql;
  /** Which changes can change it. */
  reads: readonly Reads[];
  /** True when its value changes by time alone, without any change to the customer. */
  flips?: true;
};

export type ParamTest = {
  /**
   * A comparison of the query on one parameter, as SQL over the given expression; true where the query leaves it out.
   * For a parameter of two types give an expression per type. `list` is an array of text of which one must be equal.
   */
  (name: string, expression: Sql | { [type in "float" | "integer" | "string" | "enum" | "id" | "list"]?: Sql }): Sql;
  /** Whether the query has this parameter: for those that count or sum what passed the others. */
  given(name: string): boolean;
};

/** A function of the language: whether the customer `c` has at least one thing that passes all parameters. */
export type AttributeFunction = FunctionShape & {
  sql: (test: ParamTest, moment: Moment) => Sql;
  reads: readonly Reads[];
};

export type AttributeMap = Record<string, Attribute | AttributeFunction>;

export const isFunction = (entry: Attribute | AttributeFunction): entry is AttributeFunction => "params" in entry;

/** The shapes alone, for the checker and the editor. */
export function catalogueOf(attributes: AttributeMap): Catalogue {
  const catalogue: Catalogue = { attributes: {}, functions: {} };
  for (const [name, entry] of Object.entries(attributes)) {
    const { sql: _sql, reads, ...told } = entry;
    const about = reads.find((read) => !read.startsWith("plugin:"));
    const shape = about === undefined ? told : { ...told, about };
    if ("params" in shape) catalogue.functions[name] = shape;
    else {
      const { flips: _flips, ...plain } = shape;
      catalogue.attributes[name] = plain;
    }
  }
  return catalogue;
}
