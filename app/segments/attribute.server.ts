import type { Reads } from "../customers/change.ts";
import type { Sql } from "../db.server.ts";
import type { AttributeShape, Catalogue, FunctionShape, ParamShape, ValueType } from "./attribute.ts";
import type { Instant } from "../instant.ts";

/** The instant and the zone for which a query is evaluated. */
export type Moment = { now: Instant; timeZone: string };

/** From one instant, at which all was judged, to a later one. */
export type Window = { from: Instant; to: Instant; timeZone: string };

/** `given` are the other parameters of the same function that are settled by =, as texts. */
export type SuggestFor = { shopId: string; given: Readonly<Record<string, string>> };

/**
 * What this shop's rows hold of a value, for those who write a query: a statement that selects each `value` once, a `title`
 * where that alone tells a person nothing (else null), and `times`, by which the most frequent come first. It may select
 * `customers` too, how many have it now, which is then shown, and the `region` and `country` of a city that is the title. What was typed is looked for outside of it, within a time limit.
 */
export type Suggest = (asked: SuggestFor) => Sql;

/** Of a big shop a suggestion looks at no more rows: what is frequent is among these. */
export const SAMPLED_ROWS = 100_000;

/**
 * An attribute of the language. `c` is the customer's row; the expression says nothing of the query's literals.
 * Its SQL type: date timestamptz, enum, string and id text, float and integer a number, lists an array of text.
 */
export type Attribute = Omit<AttributeShape, "about" | "suggests"> & {
  sql: (moment: Moment) => Sql;
  /** Which changes can change it. */
  reads: readonly Reads[];
  /**
   * For a value that changes by time alone: the customers `c` whose value may differ between two instants. More of them are
   * allowed, each is judged anew. `all`: that cannot be told, and the whole shop is judged anew each midnight. Leave it out
   * for a date that stays the same: a relative date in a query is known to the language.
   */
  flips?: "all" | ((window: Window) => Sql);
  /** What the value was at a past moment, by what is held today. Left out: only the present value is known. */
  history?: (moment: Moment) => Sql;
  suggest?: Suggest;
};

export type ParamTest<Name extends string = string> = {
  /**
   * A comparison of the query on one parameter, as SQL over the given expression; true where the query leaves it out.
   * For a parameter of two types give an expression per type. `list` is an array of text of which one must be equal.
   */
  (name: Name, expression: Sql | { [type in ValueType | "list"]?: Sql }): Sql;
  /** Whether the query has this parameter: for those that count or sum what passed the others. */
  given(name: Name): boolean;
};

/** `differs`: whether the query's comparison of this parameter differs for this date between the two instants. */
export type FlipTest<Name extends string = string> = ParamTest<Name> & { differs(name: Name, date: Sql): Sql };

/** A function of the language: whether the customer `c` has at least one thing that passes all parameters. */
export type AttributeFunction = Omit<FunctionShape, "about" | "params"> & {
  params: Record<string, Omit<ParamShape, "suggests"> & { suggest?: Suggest }>;
  sql: (test: ParamTest, moment: Moment) => Sql;
  reads: readonly Reads[];
  /**
   * For a parameter that is a date: the customers `c` whose answer may differ between two instants, with `test.differs` for
   * the dates. More of them are allowed. Left out, or `all`: that cannot be told.
   */
  flips?: "all" | ((test: FlipTest, window: Window) => Sql);
  /** As of an attribute. Null where it is not known of the parameters that are given. */
  history?: (test: ParamTest, moment: Moment) => Sql | null;
};

export type AttributeMap = Record<string, Attribute | AttributeFunction>;

export const isFunction = (entry: Attribute | AttributeFunction): entry is AttributeFunction => "params" in entry;

/** The shapes alone, for the checker and the editor. */
export function catalogueOf(attributes: AttributeMap): Catalogue {
  const catalogue: Catalogue = { attributes: {}, functions: {} };
  for (const [name, entry] of Object.entries(attributes)) {
    const [first] = entry.reads;
    const about = first === undefined || first.startsWith("records:") ? {} : { about: first };
    if (isFunction(entry)) {
      const params = Object.fromEntries(Object.entries(entry.params).map(([each, param]) => [each, shapeOf(param)]));
      catalogue.functions[name] = { label: entry.label, params, ...about };
    } else {
      const { sql: _sql, reads: _reads, flips: _flips, history: _history, ...told } = entry;
      catalogue.attributes[name] = { ...shapeOf(told), ...about };
    }
  }
  return catalogue;
}

function shapeOf<Shape extends object>({ suggest, ...shape }: Shape & { suggest?: Suggest }) {
  return suggest ? { ...shape, suggests: true as const } : shape;
}
