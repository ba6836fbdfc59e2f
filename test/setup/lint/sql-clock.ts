// A lint rule: SQL of facts and segments takes the time from the shop's clock, and converts local time to an instant in one place.
import type { Rule } from "eslint";

const CLOCK = /\b(?:now|clock_timestamp|statement_timestamp)\s*\(\s*\)|\bcurrent_(?:timestamp|date)\b/i;
const MIDNIGHT = /\bdate_trunc\s*\([^)]*\bat\s+time\s+zone\b/i;

const MENDS = {
  clock: "Hand in shop.now(): the database's clock is for retention, leases and retries.",
  midnight: "Hand in an instant of app/local-time.ts: PostgreSQL takes the later of two midnights.",
};

export const sqlClock: Rule.RuleModule = {
  create: (context) => ({
    TemplateLiteral(node) {
      const text = node.quasis.map(({ value }) => value.raw).join("$");
      if (CLOCK.test(text)) context.report({ node, message: MENDS.clock });
      if (MIDNIGHT.test(text)) context.report({ node, message: MENDS.midnight });
    },
  }),
};
