// A lint rule: numbers and times are never ordered or compared as text ("99999" comes after "100000").
import type { Rule } from "eslint";

const TEXT = String.raw`(?:text|varchar|character\s+varying)\b(?!\s*\[)`;
const ALIAS = String.raw`(?:\s*\)*\s*as\s+"?(\w+)"?)?`;
const CASTS = [
  new RegExp(String.raw`(\w+)"?\)*\s*::\s*${TEXT}${ALIAS}`, "gi"),
  new RegExp(String.raw`\bcast\(\s*[\w."]*?(\w+)"?\s+as\s+${TEXT}\s*\)${ALIAS}`, "gi"),
  new RegExp(String.raw`\b(to_char)\([^()]*\)${ALIAS}`, "gi"),
  new RegExp(String.raw`(?:\bmin|\bmax)\((\w+)"?\s*::\s*${TEXT}\)${ALIAS}`, "gi"),
];
const ORDERS = /\b(?:order\s+by|distinct\s+on\s*\()\s*/gi;
const END = /^(?:limit|offset|for|fetch|union|rows|range|from|where|select)\b/i;
const TEXTUAL = new RegExp(String.raw`::\s*${TEXT}|\bas\s+${TEXT}\s*\)|\bto_char\(`, "i");
/** A parameter has no known type: its type follows from what the parameter is compared with. */
const COMPARED = new RegExp(
  String.raw`(?:\b(?:min|max)\(|(?<![-<>@])[<>]=?\s*\(?)[\w."]+::\s*${TEXT}|[\w)"]::\s*${TEXT}(?:,[\w\s."$]*)?\s*\)*\s*(?:[<>](?![<>@-])|between\b)`,
  "i",
);

const MEND =
  "Name the column with its table (order by inbox.seq), or leave the cast to JavaScript: text is ordered letter by letter.";

/** The aliases under which a select returns a value that it cast to text. */
function castNames(text: string): Set<string> {
  const found = CASTS.flatMap((cast) => [...text.matchAll(cast)]);
  return new Set(found.map(([, column, alias]) => (alias ?? column ?? "").toLowerCase()));
}

/** The expressions after ORDER BY. */
function orderItems(text: string): string[] {
  return [...text.matchAll(ORDERS)].flatMap(({ index, 0: { length } }) => {
    const items = [""];
    let depth = 0;
    for (let at = index + length; at < text.length; at += 1) {
      const letter = text.charAt(at);
      if (letter === "(") depth += 1;
      if (letter === ")") depth -= 1;
      if (depth < 0 || letter === ";") break;
      if (depth === 0 && /\s/.test(text.charAt(at - 1)) && END.test(text.slice(at, at + 8))) break;
      if (letter === "," && depth === 0) items.push("");
      else items.push(`${items.pop() ?? ""}${letter}`);
    }
    return items.map((item) => item.replaceAll(/\s+(?:asc|desc|nulls\s+(?:first|last))\b/gi, "").trim());
  });
}

/** Statements of one file are read together, because a list of columns and its order may be two pieces of one statement. */
export const textOrder: Rule.RuleModule = {
  create(context) {
    const pieces: { text: string; node: Rule.Node }[] = [];
    return {
      TemplateLiteral: (node) =>
        void pieces.push({ text: node.quasis.map(({ value }) => value.raw).join("$"), node: node as Rule.Node }),
      Literal: (node) =>
        void (typeof node.value === "string" && pieces.push({ text: node.value, node: node as Rule.Node })),
      "Program:exit"() {
        const names = castNames(pieces.map(({ text }) => text).join("\n"));
        for (const { text, node } of pieces) {
          const isText = (item: string) =>
            TEXTUAL.test(item) || (/^"?\w+"?$/.test(item) && names.has(item.replaceAll('"', "").toLowerCase()));
          if (COMPARED.test(text) || orderItems(text).some(isText)) context.report({ node, message: MEND });
        }
      },
    };
  },
};
