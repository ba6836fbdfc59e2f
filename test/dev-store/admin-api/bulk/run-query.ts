import { getNamedType, Kind } from "graphql";
import type { BulkWindow, Context } from "../context.ts";
import { adminSchema } from "../schema.ts";
import { grouped, linesOf, ungrouped } from "./export.ts";
import { BulkFailure, startBulkOperation, type BulkOperation, type BulkStep } from "./operation.ts";
import type { BulkDocument } from "./validate.ts";

/** Root objects in a step. Between steps the store answers other requests. */
const STEP = 1000;

export function startQuery(context: Context, text: string, bulk: BulkDocument, groupObjects: boolean): BulkOperation {
  let from = 0;
  const step: BulkStep = (operation) => {
    const window: BulkWindow = startsWithConnection(bulk) ? { pending: true, from, size: STEP, total: 0 } : null;
    const batch = { ...context, bulk: { window }, searchWarnings: [] };
    const result = context.run(batch, bulk.document, {});
    const fault = result.errors?.[0];
    if (fault !== undefined) {
      const code = codeOf(fault.extensions["code"]);
      // A bug of the dev store would leave no trace in the app's answer, so it is printed.
      if (code !== "ACCESS_DENIED") process.stderr.write(`Dev store: ${operation.query.trim()}\n${fault.message}\n`);
      throw new BulkFailure(code, fault.message);
    }
    const lines = linesOf(result.data);
    const json = groupObjects ? grouped(lines) : ungrouped(lines, (from / STEP) % 2 === 1);
    if (json.length > 0) operation.lines.push(Buffer.from(json.map((one) => `${JSON.stringify(one)}\n`).join("")));
    operation.objectCount += json.length;
    operation.rootObjectCount += lines.length;
    from += STEP;
    return window === null || from >= window.total;
  };
  return startBulkOperation(context.store, context.shop, "QUERY", text, step);
}

function startsWithConnection({ operation }: BulkDocument): boolean {
  const [root] = operation.selectionSet.selections;
  if (root?.kind !== Kind.FIELD) return false;
  const type = adminSchema().schema.getQueryType()?.getFields()[root.name.value]?.type;
  return type !== undefined && getNamedType(type).name.endsWith("Connection");
}

function codeOf(code: unknown): string {
  return code === "ACCESS_DENIED" ? "ACCESS_DENIED" : "INTERNAL_SERVER_ERROR";
}
