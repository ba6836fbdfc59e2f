// Compiles a checked query to one SQL predicate over the customer's row `c`. The predicate is the same for one customer, a
// batch and a whole shop. Literals are bound as parameters. Names become SQL only through the map of attributes. A customer
// for whom the predicate is NULL is not a member; every negation is IS NOT TRUE, so that NOT is the exact complement.
import { livingCustomer } from "../../../customers/living.server.ts";
import { PluginMistake } from "../../../errors.ts";
import { isSql, join, type Sql, sql, trusted } from "../../../db.server.ts";
import type { Attribute, AttributeFunction, AttributeMap, Moment, ParamTest } from "../../attribute.server.ts";
import { isFunction } from "../../attribute.server.ts";
import type { ListType, ValueType } from "../../attribute.ts";
import type { Clause, Comparator, Literal, Param, Query, Test } from "../grammar/ast.ts";
import { isGroup } from "../grammar/ast.ts";
import { isOfType, typesOf } from "../check.ts";
import { compileDate, literalsIn } from "./dates.server.ts";

const COMPARATORS: Record<Comparator, Sql> = {
  "=": trusted("="),
  "!=": trusted("is distinct from"),
  ">": trusted(">"),
  ">=": trusted(">="),
  "<": trusted("<"),
  "<=": trusted("<="),
};

/** The query's predicate, for living customers only: neither deleted nor merged into another customer. */
export function compile(query: Query, attributes: AttributeMap, moment: Moment): Sql {
  return sql`(${livingCustomer} and ${compilePart(query, attributes, moment)})`;
}

function compilePart(query: Query, attributes: AttributeMap, moment: Moment): Sql {
  if (query.kind === "not") return complement(compilePart(query.operand, attributes, moment));
  if (!isGroup(query)) return compileClause(query, attributes, moment);
  return group(
    query.kind,
    query.operands.map((operand) => compilePart(operand, attributes, moment)),
  );
}

/**
 * Like `compile`, for any customer and with a third value: the result is NULL where a function returns NULL because its value is
 * not known, unless other clauses decide the query. A clause of an attribute is true or false.
 */
export const compileWithUnknowns = (query: Query, attributes: AttributeMap, moment: Moment): Sql =>
  compileClauses(query, (clause) => {
    const entry = attributes[clause.name.text];
    if (!entry || !isFunction(entry)) return sql`((${compileClause(clause, attributes, moment)}) is true)`;
    return compileFunction(clause, entry, moment, (predicate) => sql`(not ${predicate})`);
  });

/** Combines the clauses' SQL. The result is NULL where clauses decide that are NULL. */
export function compileClauses(query: Query, compileOne: (clause: Clause) => Sql): Sql {
  if (query.kind === "not") return sql`(not ${compileClauses(query.operand, compileOne)})`;
  if (!isGroup(query)) return compileOne(query);
  return group(
    query.kind,
    query.operands.map((operand) => compileClauses(operand, compileOne)),
  );
}

const group = (kind: "and" | "or", operands: Sql[]): Sql => sql`(${join(operands, kind === "and" ? " and " : " or ")})`;

/** Thrown where a plugin fails to give the SQL of its attribute. Query, server and connection are not at fault. */
export class AttributeFailed extends Error {
  readonly attribute: string;
  /** Composes the SQL again, to find the line where the plugin wrote it. */
  readonly compose: () => unknown;
  constructor(attribute: string, cause: unknown, compose: () => unknown) {
    super(`the attribute ${attribute} failed`, { cause });
    this.attribute = attribute;
    this.compose = compose;
  }
}

export function askPlugin<Made>(name: string, make: () => Made): Made {
  try {
    return make();
  } catch (error) {
    throw error instanceof AttributeFailed ? error : new AttributeFailed(name, error, make);
  }
}

/** The SQL that a plugin gives for its attribute. */
const askSql = (name: string, make: () => Sql): Sql =>
  askPlugin(name, () => {
    const made: unknown = make();
    if (!isSql(made)) throw new PluginMistake("its `sql` returns no SQL: return sql`…`");
    return made;
  });

const complement = (predicate: Sql): Sql => sql`((${predicate}) is not true)`;
const negate = (negated: boolean, predicate: Sql): Sql => (negated ? complement(predicate) : predicate);

export function compileClause(clause: Clause, attributes: AttributeMap, moment: Moment): Sql {
  const name = clause.name.text;
  const entry = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  if (!entry) throw new Error("a checked query names attributes that there are");
  if (isFunction(entry)) return compileFunction(clause, entry, moment);
  const expression = askSql(name, () => entry.sql(moment));
  const isList = entry.type.startsWith("list");
  switch (clause.kind) {
    case "null":
      return negate(clause.negated, isNull(expression, isList));
    case "contains":
      return negate(clause.negated, holds(expression, [textOf(clause.value)], entry.anyCase === true));
    case "compare":
    case "between":
      return compileTest(
        clause,
        scalarType(entry.type),
        numberOf(entry.type, expression),
        moment,
        entry.anyCase === true,
      );
    default:
      throw new Error(`a checked query does not ask an attribute for ${clause.kind}`);
  }
}

const scalarType = (type: Attribute["type"]): ValueType => (isListType(type) ? "string" : type);
const isListType = (type: ValueType | ListType): type is ListType => type.startsWith("list");

/** A column of the customer's row. The core writes the column, so its numbers are finite. */
export const isColumn = (expression: Sql): boolean => /^c\.\w+$/.test(expression.sql.trim());

/**
 * A plugin's number may be NaN or infinite (a division, a logarithm), and PostgreSQL sorts NaN above all numbers. The cast
 * of the text to numeric fails on purpose, so that the statement fails instead of comparing wrongly.
 */
function numberOf(type: Attribute["type"], expression: Sql): Sql {
  if ((type !== "float" && type !== "integer") || isColumn(expression)) return expression;
  return sql`(select case when n in ('NaN', 'Infinity', '-Infinity') then (n::text || ' is no number')::numeric else n end
    from (select (${expression})::numeric as n offset 0) given)`;
}

/**
 * The same for a parameter of a function, whose expression may be an aggregate: that must not stand in a query of its own. JSON has no
 * NaN and no infinity, so that the cast back to numeric fails for them.
 */
const parameterNumber = (type: ValueType, expression: Sql): Sql =>
  type === "float" || type === "integer" ? sql`(to_jsonb((${expression})::numeric))::numeric` : expression;

/** An empty list counts as NULL. */
const isNull = (expression: Sql, isList: boolean): Sql =>
  isList ? sql`(coalesce(cardinality(${expression}), 0) = 0)` : sql`((${expression}) is null)`;

/** Some capital letters have two small letters, and lower() keeps both. The first of them are compared as the second. */
const SMALL_FORMS = trusted("'ςſϐϑϕϖϰϱϵ', 'σsβθφπκρε'");

/**
 * A text as it is compared: composed (NFC), because é may be stored as one letter or as two, and for `anyCase` in small letters.
 * PostgreSQL changes both sides, so that one set of rules applies.
 */
function comparable(text: Sql, anyCase: boolean): Sql {
  const composed = sql`normalize(${text})`;
  if (!anyCase) return composed;
  return sql`translate(lower(${composed}), ${SMALL_FORMS})`;
}

/** Whether the list holds one of the values. Each list is made comparable as one text. */
const holds = (list: Sql, values: string[], anyCase: boolean): Sql =>
  sql`(${comparable(sql`${values}::text[]::text`, anyCase)}::text[] && ${comparable(sql`(${list})::text`, anyCase)}::text[])`;

const textOf = (literal: Literal): string => {
  if (literal.kind === "string") return literal.value;
  if (literal.kind === "number") return idOf(literal.text);
  throw new Error("a checked list is asked for a text or an id");
};

/** An id is a text without leading zeros: 007 is 7. */
const idOf = (text: string): string => String(BigInt(text));

function compileFunction(clause: Clause, entry: AttributeFunction, moment: Moment, not = complement): Sql {
  const { name } = clause;
  const made = (params: Param[]) => askSql(name.text, () => entry.sql(testOf(params, entry, moment), moment));
  if (clause.kind === "null") return clause.negated ? made([]) : not(made([]));
  if (clause.kind !== "matches") throw new Error(`a checked query does not ask a function for ${clause.kind}`);
  return clause.negated ? not(made(clause.params)) : made(clause.params);
}

export function testOf(params: Param[], entry: AttributeFunction, moment: Moment): ParamTest {
  const given = (name: string) => (shapeOf(entry, name), params.some((param) => param.name.text === name));
  const test = (name: string, expression: Parameters<ParamTest>[1]): Sql => {
    const shape = shapeOf(entry, name);
    const param = params.find((each) => each.name.text === name);
    if (!param) return sql`true`;
    const type = typeOf(param.test, typesOf(shape.type));
    if ("strings" in expression) return compileTest(param.test, type, parameterNumber(type, expression), moment, false);
    if (expression.list) return compileListTest(param.test, expression.list);
    const chosen = expression[type];
    if (!chosen) throw new PluginMistake(`its SQL has no expression for ${type} of the parameter "${name}"`);
    return compileTest(param.test, type, parameterNumber(type, chosen), moment, false);
  };
  return Object.assign(test, { given });
}

/** Throws a plugin's mistake where the function has no parameter of this name. */
export function shapeOf(
  { params }: Pick<AttributeFunction, "params">,
  name: string,
): AttributeFunction["params"][string] {
  const shape = Object.hasOwn(params, name) ? params[name] : undefined;
  if (!shape) throw new PluginMistake(`its SQL asks for the parameter "${name}", which it does not have`);
  return shape;
}

/** The first of a parameter's types that all its literals have. */
function typeOf(test: Test, types: readonly ValueType[]): ValueType {
  const type = types.find((each) => literalsIn(test).every((value) => isOfType(value, each)));
  if (!type) throw new Error("a checked parameter has literals of its type");
  return type;
}

/** A parameter over a list, such as a product's tags: = and IN need one equal entry, != and NOT IN need that none is equal. */
function compileListTest(test: Test, list: Sql): Sql {
  const values = literalsIn(test).map(textOf);
  const negated = test.kind === "in" ? test.negated : test.kind === "compare" && test.operator.text === "!=";
  return negate(negated, holds(list, values, true));
}

function compileTest(test: Test, type: ValueType, given: Sql, moment: Moment, anyCase: boolean): Sql {
  if (type === "date") return compileDate(test, given, moment);
  const expression = type === "string" ? comparable(sql`(${given})::text`, anyCase) : sql`(${given})`;
  const bind = (literal: Literal) => bound(literal, type, anyCase);
  if (test.kind === "between") return sql`(${expression} between ${bind(test.from)} and ${bind(test.to)})`;
  if (test.kind === "compare") return sql`(${expression} ${COMPARATORS[test.operator.text]} ${bind(test.value)})`;
  return negate(test.negated, sql`(${expression} = any(${boundList(test.values, type)}))`);
}

/** One bound parameter with an explicit cast, so that PostgreSQL infers no type from other literals. */
function bound(literal: Literal, type: ValueType, anyCase: boolean): Sql {
  switch (literal.kind) {
    case "string":
      return type === "string" ? comparable(sql`${literal.value}::text`, anyCase) : sql`${literal.value}::text`;
    case "boolean":
      return sql`${literal.value}::boolean`;
    case "number":
      return type === "id" ? sql`${idOf(literal.text)}::text` : sql`${literal.text}::numeric`;
    default:
      throw new Error(`a checked query compares no ${literal.kind} here`);
  }
}

function boundList(values: Literal[], type: ValueType): Sql {
  if (type === "integer" || type === "float") {
    return sql`${values.map((value) => (value.kind === "number" ? value.text : ""))}::numeric[]`;
  }
  const texts = sql`${values.map(textOf)}::text[]`;
  return type === "string" ? sql`${comparable(sql`${texts}::text`, false)}::text[]` : texts;
}
