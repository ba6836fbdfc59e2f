import type { Reads } from "../customers/change.ts";
import type { Sql } from "../db.server.ts";
import type { AttributeShape, Catalogue, FunctionShape, ListType, ParamShape, ValueType } from "./attribute.ts";
import type { Instant } from "../instant.ts";

/** The instant and the zone for which a query is evaluated. */
export type Moment = { now: Instant; timeZone: string };

/** The time between two evaluations: every customer was judged at `from`, and `to` is later. */
export type Window = { from: Instant; to: Instant; timeZone: string };

/** `given` has the values, as texts, of the same function's other parameters that the query sets by =. */
export type SuggestFor = { shopId: string; given: Readonly<Record<string, string>> };

/**
 * A statement that selects the shop's own values, for the editor's suggestions. Its columns: each `value` once, a `title` (a
 * name for a value that is only an id or a code, else null), and `times`, the frequency by which suggestions are sorted.
 * Optional columns: `customers`, the number of customers with the value, which the editor shows; `region` and `country`,
 * where the title is a city. The caller filters by the typed text and sets a time limit.
 */
export type Suggest = (asked: SuggestFor) => Sql;

/** The most rows that a suggestion reads. The frequent values of a big shop are among these rows. */
export const SAMPLED_ROWS = 100_000;

/**
 * An attribute of the segment language. `sql` is an expression over the customer's row `c`; the compiler compares the
 * expression with the query's literals. SQL types: timestamptz for a date; text for enum, string and id; boolean for
 * boolean; any number type for float and integer; text[] for a list.
 */
export type Attribute = Omit<AttributeShape, "about" | "suggests"> & {
  sql: (moment: Moment) => Sql;
  /** The kinds of change after which the value may differ. */
  reads: readonly Reads[];
  /**
   * For a value that changes by time alone: a predicate on the customer `c`, true for every customer whose value may differ
   * between the window's two instants. The predicate may be true for more customers: each is judged anew. `all`: no predicate
   * is known, and the whole shop is judged anew at each midnight. Leave `flips` out for a value that time does not change.
   * Time does not change a stored date: the language itself handles relative dates in a query.
   */
  flips?: "all" | ((window: Window) => Sql);
  /** The value at a past moment, computed from today's rows. Left out: only the present value is known. */
  history?: (moment: Moment) => Sql;
  suggest?: Suggest;
};

export type ParamTest<Name extends string = string> = {
  /**
   * The query's comparison on one parameter, as SQL over the given expression; `true` where the query has no such parameter.
   * A parameter of two types needs an expression for each type. `list` is a text[] of which one entry must be equal.
   */
  (name: Name, expression: Sql | { [type in ValueType | "list"]?: Sql }): Sql;
  /** Whether the query has this parameter. Needed for parameters that count or sum the things that passed the others. */
  given(name: Name): boolean;
};

/** `differs`: SQL that is true where the query's comparison of the parameter with the date differs between two instants. */
export type FlipTest<Name extends string = string> = ParamTest<Name> & { differs(name: Name, date: Sql): Sql };

/** A function of the segment language: true where one object of the customer `c` (an order, a line) passes all parameters. */
export type AttributeFunction = Omit<FunctionShape, "about" | "params"> & {
  params: Record<string, Omit<ParamShape, "suggests"> & { suggest?: Suggest }>;
  sql: (test: ParamTest, moment: Moment) => Sql;
  reads: readonly Reads[];
  /**
   * For a function with date parameters: a predicate as in `Attribute.flips`, built with `test.differs`. Left out: a query
   * with a relative date in this function judges the whole shop anew at each midnight. `all`: every query with the function
   * does.
   */
  flips?: "all" | ((test: FlipTest, window: Window) => Sql);
  /** As `Attribute.history`. Null: the past is not known for the given parameters. */
  history?: (test: ParamTest, moment: Moment) => Sql | null;
};

const NUMBERS = ["numeric", "integer", "bigint", "smallint", "double precision", "real"] as const;
const TEXTS = ["text", "character varying"] as const;

/** The types, as PostgreSQL names them, that the SQL of an attribute may give. The first is the one to cast to. */
export const SQL_TYPES: Record<ValueType | ListType, readonly [string, ...string[]]> = {
  date: ["timestamp with time zone"],
  boolean: ["boolean"],
  integer: NUMBERS,
  float: NUMBERS,
  id: TEXTS,
  string: TEXTS,
  enum: TEXTS,
  "list<string>": ["text[]"],
  "list<enum>": ["text[]"],
  "list<id>": ["text[]"],
};

export type AttributeMap = Record<string, Attribute | AttributeFunction>;

export const isFunction = (entry: Attribute | AttributeFunction): entry is AttributeFunction => "params" in entry;

/** The attributes without their SQL, for the checker and the editor. */
export function catalogueOf(attributes: AttributeMap): Catalogue {
  const catalogue: Catalogue = { attributes: {}, functions: {} };
  for (const [name, entry] of Object.entries(attributes)) {
    const [first] = entry.reads;
    const about = first === undefined || first.startsWith("records:") ? {} : { about: first };
    if (isFunction(entry)) {
      const params = Object.fromEntries(Object.entries(entry.params).map(([each, param]) => [each, shapeOf(param)]));
      catalogue.functions[name] = { label: entry.label, params, ...about };
    } else {
      const { sql: _sql, reads: _reads, flips: _flips, history: _history, ...shape } = entry;
      catalogue.attributes[name] = { ...shapeOf(shape), ...about };
    }
  }
  return catalogue;
}

function shapeOf<Shape extends object>({ suggest, ...shape }: Shape & { suggest?: Suggest }) {
  return suggest ? { ...shape, suggests: true as const } : shape;
}
