// A lint rule: refuses forms of SQL that give wrong totals, or that fail on a PostgreSQL distributed by shop.
import type { Rule } from "eslint";

const INSERTED = /\bas\s*\(\s*insert\s+into\s+(\w+)/gi;
const DO_UPDATE = /\bdo\s+update\b([\s\S]*)/i;
/** Functions and casts that are not immutable. https://www.postgresql.org/docs/current/xfunc-volatility.html */
const CHANGING =
  /\b(?:now|clock_timestamp|statement_timestamp|make_interval|to_jsonb|jsonb_build_object|concat|concat_ws|to_char)\s*\(|\bcurrent_(?:timestamp|date)\b|->>[^)]*\)\s*::\s*(?:timestamptz|date)\b/i;
/** Matches a timestamptz column plus an interval, which is not immutable. With `at time zone 'UTC'` in between it is immutable. */
const MOVED = /(?<![:\w$])(?:\w+\.)?[a-z_]\w*\s*[+-]\s*(?:interval\b(?!\s*'0')|\$::interval\b)/i;
/** Words of a statement or of a condition. A text without them is a value, which may become the value of an update. */
const STATEMENT = /\b(?:select|insert|update|delete|from|where|and|or|on)\b/i;
const SETTING = /\bset_config\s*\(/i;

const MENDS = {
  read: "Read the table by a statement of its own, under the shop's lock: beside an insert it shows what was written.",
  update: "Take the value from the row that came (excluded.…): in DO UPDATE a cluster takes immutable functions alone.",
  moved:
    "Write (… at time zone 'UTC' + interval …) at time zone 'UTC': a cluster updates by immutable functions alone.",
  setting: "Use setLocal or setShop of app/db.server.ts: set_config does not reach a cluster's shards.",
};

export function formFaults(text: string): string[] {
  const reads = [...text.matchAll(INSERTED)].some(([, table]) =>
    new RegExp(String.raw`\b(?:from|join)\s+${table}\b`, "i").test(text),
  );
  const update = DO_UPDATE.exec(text)?.[1] ?? "";
  const changes = /\bdo\s+update\b|\bupdate\s+\w+(?:\s+\w+)?\s+set\b/i.test(text);
  return [
    ...(reads ? [MENDS.read] : []),
    ...(CHANGING.test(update) ? [MENDS.update] : []),
    ...((changes || !STATEMENT.test(text)) && MOVED.test(text) ? [MENDS.moved] : []),
    ...(SETTING.test(text) ? [MENDS.setting] : []),
  ];
}

export const sqlForms: Rule.RuleModule = {
  create(context) {
    const check = (text: string, node: unknown) => {
      for (const message of formFaults(text)) context.report({ node: node as Rule.Node, message });
    };
    return {
      TemplateLiteral: (node) => check(node.quasis.map(({ value }) => value.raw).join("$"), node),
      Literal: (node) => void (typeof node.value === "string" && check(node.value, node)),
    };
  },
};
