// Writes a question as the text of a query, in the different notations that people use.
import type { Random } from "./random.ts";
import type { Asked, Question, Value, When } from "./question.ts";

export function write(question: Question, random: Random): string {
  const keyword = (word: string) => (random.chance(0.2) ? word.toLowerCase() : word);
  const not = (is: boolean) => (is ? `${keyword("NOT")} ` : "");
  const between = (from: Value, to: Value) => `${keyword("BETWEEN")} ${value(from)} ${keyword("AND")} ${value(to)}`;
  const asked = (what: Asked): string => {
    if ("from" in what) return between(what.from, what.to);
    if ("values" in what) return `${not(what.op === "not in")}${keyword("IN")} (${what.values.map(value).join(", ")})`;
    return `${what.op} ${value(what.value)}`;
  };
  // AND binds tighter than OR, and NOT tighter than both. Parentheses are written where needed, and sometimes elsewhere.
  const operand = (inner: Question): string => {
    const must =
      "not" in question && !("contains" in question) ? !isClause(inner) : "all" in question && "any" in inner;
    return must || random.chance(0.2) ? `(${write(inner, random)})` : write(inner, random);
  };
  if ("all" in question) return question.all.map(operand).join(` ${keyword("AND")} `);
  if ("any" in question) return question.any.map(operand).join(` ${keyword("OR")}\n`);
  if ("function" in question) return writeFunction(question, random, asked);
  if ("asked" in question) return `${question.attribute} ${asked(question.asked)}`;
  if ("isNull" in question) return `${question.attribute} ${keyword("IS")} ${not(!question.isNull)}${keyword("NULL")}`;
  if ("contains" in question)
    return `${question.attribute} ${not(question.not)}${keyword("CONTAINS")} ${value({ text: question.contains })}`;
  return `${keyword("NOT")} ${operand(question.not)}`;
}

const isClause = (question: Question): boolean => "attribute" in question || "function" in question;

type Call = Extract<Question, { function: string }>;

function writeFunction(call: Call, random: Random, asked: (what: Asked) => string): string {
  const { function: name, matches } = call;
  const params = Object.entries(call.params);
  if (params.length === 0 && random.chance(0.4)) return `${name} IS ${matches ? "NOT NULL" : "NULL"}`;
  const older = params.every(([, what]) => what.op === "=" || what.op === "in" || what.op === "between");
  if (older && random.chance(0.5)) {
    const written = params.map(([param, what]) => {
      if (what.op === "in") return `${param}: (${what.values.map(value).join(", ")})`;
      return `${param}: ${what.op === "=" ? value(what.value) : asked(what)}`;
    });
    return `${name}(${written.join(", ")}) ${random.pick([`= ${matches}`, `!= ${!matches}`])}`;
  }
  const verb = matches ? "MATCHES" : random.pick(["NOT MATCHES", "NOT_MATCHES"]);
  return `${name} ${verb} (${params.map(([param, what]) => `${param} ${asked(what)}`).join(", ")})`;
}

const value = (given: Value): string => {
  if ("number" in given) return given.number;
  if ("text" in given) return `'${given.text.split("'").join("\\'")}'`;
  return writeWhen(given.when);
};

function writeWhen(when: When): string {
  if (when.say === "day") return when.day;
  if (when.say === "second") return when.wall;
  if (when.say === "offset") return `${when.amount < 0 ? "" : "+"}${when.amount}${when.unit}`;
  return when.say;
}
