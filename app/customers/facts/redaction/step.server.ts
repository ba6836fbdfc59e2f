// A redaction is a list of steps. Each domain that stores data of a person defines its own steps.
import { eraseFrom } from "../../../catalogue.server.ts";
import { sql, type Sql, type Tx } from "../../../db.server.ts";
import type { Person } from "./person.server.ts";

/** Rows erased per table. The ledger (compliance_request) keeps them as evidence. */
export type Erased = Record<string, number>;

/** `after`: where the step's next transaction continues. Null: the step is done. */
export type StepResult = { erased: Erased; after: string | null };
/** One call of `run` is one transaction. `after`: empty in the first call, then the result of the previous call. */
export type Step = { name: string; run(tx: Tx, after: string): Promise<StepResult> };

/** `requestId`: the row of compliance_request that asked for the redaction. */
export type RedactionContext = { shopId: string; requestId: string; person: Person };

/** A domain's part of a redaction. `tables`: tables with a customer_id that the domain's own steps erase. */
export type Erasure = { domain: string; tables: readonly string[]; steps(context: RedactionContext): Step[] };

/** Most rows that one transaction reads or erases. */
export const ROWS = 1000;

export const ofCustomer = ({ person }: RedactionContext): Sql => sql`customer_id = any(${person.customerIds}::text[])`;

/** Erases the shop's rows of a table that match `where`. */
export const eraseStep = (context: RedactionContext, table: string, where: Sql, name = table): Step => ({
  name,
  async run(tx) {
    const rows = await eraseFrom(tx, table, sql`shop_id = ${context.shopId} and ${where}`, ROWS);
    return { erased: { [table]: rows }, after: rows < ROWS ? null : "" };
  },
});

/** The key of the last row, for `StepResult.after`. Null: no rows are left. */
export function lastOf<Row>(rows: readonly Row[], key: (row: Row) => string): string | null {
  const last = rows.at(-1);
  return last === undefined || rows.length < ROWS ? null : key(last);
}
