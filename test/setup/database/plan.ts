// What PostgreSQL does for a statement: the statement is carried out.
import { sql, type Sql, type Tx } from "../../../app/db.server.ts";

type PlanNode = {
  "Node Type": string;
  "Relation Name"?: string;
  "Index Name"?: string;
  /** Of one loop. */
  "Actual Rows": number;
  "Actual Loops": number;
  /** Of one loop. */
  "Rows Removed by Filter"?: number;
  Plans?: PlanNode[];
};

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

export async function planNodes(tx: Tx, statement: Sql): Promise<PlanNode[]> {
  const [row] = await tx.rows<{ "QUERY PLAN": { Plan: PlanNode }[] }>(sql`explain (analyze, format json) ${statement}`);
  const root = row?.["QUERY PLAN"][0]?.Plan;
  if (!root) throw new Error("the statement has no plan");
  return nodesOf(root);
}

/** The rows that the nodes read from tables, with those that a filter drops. `tables` left out: from any table. */
export const rowsRead = (nodes: readonly PlanNode[], tables?: readonly string[]): number =>
  nodes
    .filter(({ "Relation Name": table }) => table !== undefined && (tables?.includes(table) ?? true))
    .reduce(
      (sum, node) => sum + (node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0)) * node["Actual Loops"],
      0,
    );
