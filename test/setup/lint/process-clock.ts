// A lint rule: stored times never come from the clock of a process, because that clock may be wrong.
import type { Rule } from "eslint";

const MEND =
  "Ask the clock that fits: shop.now() for facts and segments, now() in SQL for retention, leases and retries, performance.now() for a wait within the process.";

export const processClock: Rule.RuleModule = {
  create: (context) => ({
    "CallExpression[callee.object.name='Date'][callee.property.name='now']": (node: Rule.Node) =>
      context.report({ node, message: MEND }),
    "NewExpression[callee.name='Date'][arguments.length=0]": (node: Rule.Node) =>
      context.report({ node, message: MEND }),
  }),
};
