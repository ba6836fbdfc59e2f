import { type Clause, isGroup, type Literal, type Query, type Test } from "./ast.ts";
import { formatDate } from "./date-literal.ts";

/** The text as a literal. The language has no literal for a text that ends in a backslash: the closing quote would be escaped. */
export const quoteText = (text: string): string => `'${text.replaceAll("'", "\\'")}'`;

export const formatLiteral = (literal: Literal): string => {
  switch (literal.kind) {
    case "string":
      return quoteText(literal.value);
    case "number":
      return literal.text;
    case "date":
      return formatDate(literal.value);
    case "boolean":
      return String(literal.value);
    case "tuple":
      return `(${literal.values.map(formatLiteral).join(", ")})`;
  }
};

const between = (from: Literal, to: Literal) => `BETWEEN ${formatLiteral(from)} AND ${formatLiteral(to)}`;
const not = (negated: boolean) => (negated ? "NOT " : "");

const formatTest = (test: Test): string => {
  if (test.kind === "compare") return `${test.operator.text} ${formatLiteral(test.value)}`;
  if (test.kind === "between") return between(test.from, test.to);
  return `${not(test.negated)}IN (${test.values.map(formatLiteral).join(", ")})`;
};

function formatClause(clause: Clause): string {
  const name = clause.name.text;
  switch (clause.kind) {
    case "contains":
      return `${name} ${not(clause.negated)}CONTAINS ${formatLiteral(clause.value)}`;
    case "null":
      return `${name} IS ${not(clause.negated)}NULL`;
    case "matches": {
      const params = clause.params.map((param) => `${param.name.text} ${formatTest(param.test)}`);
      return `${name} ${not(clause.negated)}MATCHES (${params.join(", ")})`;
    }
    case "anniversary": {
      const test = clause.to ? between(clause.from, clause.to) : `= ${formatLiteral(clause.from)}`;
      return `anniversary(${quoteText(name)}) ${test}`;
    }
    default:
      return `${name} ${formatTest(clause)}`;
  }
}

/** Writes a query in one line: in Shopify's newer syntax, keywords in capitals, only the parentheses that are needed. */
export function format(query: Query): string {
  if (query.kind === "not") {
    const { operand } = query;
    return isGroup(operand) || operand.kind === "not" ? `NOT (${format(operand)})` : `NOT ${format(operand)}`;
  }
  if (!isGroup(query)) return formatClause(query);
  // A group within AND needs parentheses; within OR only an OR group does, since AND binds tighter.
  const operands = query.operands.map((operand) =>
    isGroup(operand) && (query.kind === "and" || operand.kind === "or") ? `(${format(operand)})` : format(operand),
  );
  return operands.join(query.kind === "and" ? " AND " : " OR ");
}
