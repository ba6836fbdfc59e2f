// Which tables hold rows of a shop or of a customer, from the database's own catalogue: a table that comes later is covered.
import { sql, trusted, type Sql, type Tx } from "./db.server.ts";

const NAME = /^[a-z_][a-z0-9_]*$/;

/** Tables of the product that have a column of this name. */
export async function tablesWith(tx: Tx, column: "shop_id" | "customer_id"): Promise<string[]> {
  const rows = await tx.rows<{ name: string }>(sql`
    select c.relname as name from pg_attribute a
    join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p')
    join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
    where a.attname = ${column} and not a.attisdropped
    order by c.relname`);
  return rows.map(({ name }) => name);
}

/** A name out of the catalogue as part of a statement. */
export function tableName(name: string): Sql {
  if (!NAME.test(name)) throw new Error(`not a table of ours: ${name}`);
  return trusted(`"${name}"`);
}

/** Erases so many rows of a table at most, and says how many: a statement stays short, however much there is. */
export const eraseFrom = (tx: Tx, table: string, where: Sql, most: number): Promise<number> =>
  tx.run(sql`
    delete from ${tableName(table)} where ${where} and ctid = any(array(
      select ctid from ${tableName(table)} where ${where} limit ${most}))`);
