// A redaction is a list of steps. Each domain that holds something of a person says its own, and all have one shape.
import { eraseFrom } from "../../../catalogue.server.ts";
import { sql, type Sql, type Tx } from "../../../db.server.ts";
import type { Person } from "./person.server.ts";

/** Rows erased per table: what the ledger keeps as evidence. */
export type Erased = Record<string, number>;

/** Where the step goes on from, in its next transaction; null: it is done. */
export type Done = { erased: Erased; after: string | null };
/** `after` is empty at first. */
export type Step = { name: string; run(tx: Tx, after: string): Promise<Done> };

/** `requestId`: of the request that is being done. */
export type Around = { shopId: string; requestId: string; person: Person };

/** A domain's part. `tables`: those with a customer_id that its steps see to. */
export type Erasure = { domain: string; tables: readonly string[]; steps(around: Around): Step[] };

/** Rows that one transaction looks at, or erases. */
export const ROWS = 1000;

export const ofCustomer = ({ person }: Around): Sql => sql`customer_id = any(${person.customerIds}::text[])`;

/** Erases the shop's rows of the table where this holds. */
export const eraseStep = (around: Around, table: string, where: Sql, name = table): Step => ({
  name,
  async run(tx) {
    const rows = await eraseFrom(tx, table, sql`shop_id = ${around.shopId} and ${where}`, ROWS);
    return { erased: { [table]: rows }, after: rows < ROWS ? null : "" };
  },
});

/** The key of the last of these rows; null where they are the last of all. */
export function lastOf<Row>(rows: readonly Row[], key: (row: Row) => string): string | null {
  const last = rows.at(-1);
  return last === undefined || rows.length < ROWS ? null : key(last);
}
