import type { Context } from "../context.ts";
import { checkVariables } from "../variables.ts";
import { startBulkOperation, type BulkOperation, type BulkStep } from "./operation.ts";
import type { BulkDocument } from "./validate.ts";

const STEP = 250;

/** Each line of the file has the variables of one execution. Each answer becomes a line with the number of its input line. */
export function startMutation(context: Context, text: string, bulk: BulkDocument, file: Buffer): BulkOperation {
  const inputs = file
    .toString("utf8")
    .split("\n")
    .filter((line) => line.trim() !== "");
  let from = 0;
  const step: BulkStep = (operation) => {
    const answers = inputs.slice(from, from + STEP).map((line, index) => {
      const answer = { ...answerLine(context, bulk, line), __lineNumber: from + index };
      return `${JSON.stringify(answer)}\n`;
    });
    from += STEP;
    operation.lines.push(Buffer.from(answers.join("")));
    operation.objectCount += answers.length;
    operation.rootObjectCount += answers.length;
    return from >= inputs.length;
  };
  return startBulkOperation(context.store, context.shop, "MUTATION", text, step);
}

function answerLine(context: Context, { document, operation }: BulkDocument, line: string): Record<string, unknown> {
  let variables: unknown;
  try {
    variables = JSON.parse(line);
  } catch {
    return { errors: [{ message: "The line is no valid JSON." }] };
  }
  if (!isRecord(variables)) return { errors: [{ message: "The line is no JSON object." }] };
  const faults = checkVariables(operation, variables);
  if (faults.length > 0) return { errors: faults };
  const result = context.run({ ...context, searchWarnings: [] }, document, variables);
  return { data: result.data, ...(result.errors === undefined ? {} : { errors: result.errors }) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
