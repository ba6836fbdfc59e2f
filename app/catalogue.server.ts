// Finds the tables with rows of a shop or a customer in the database's catalogue, so that a table that is added later is covered.
import { join, sql, trusted, type Sql, type Tx } from "./db.server.ts";

const NAME = /^[a-z_][a-z0-9_]*$/;

/** Tables in the schema public that have the column. Partitions are left out, since statements on their table reach them. */
export async function tablesWith(tx: Tx, column: "shop_id" | "customer_id"): Promise<string[]> {
  const rows = await tx.rows<{ name: string }>(sql`
    select c.relname as name from pg_attribute a
    join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p') and not c.relispartition
    join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
    where a.attname = ${column} and not a.attisdropped
    order by c.relname`);
  return rows.map(({ name }) => name);
}

type CustomerTable = { name: string; isUpdated: boolean; columns: string[] };

/**
 * Moves the rows of one customer to another, in each table with a customer_id except `except`. Rows are deleted and inserted where
 * the table may not be updated (a log) or customer_id is part of a unique key. If both customers have a row of one key, the row of
 * `to` stays.
 */
export async function moveRows(
  tx: Tx,
  { shopId, from, to, except }: { shopId: string; from: string; to: string; except: readonly string[] },
): Promise<void> {
  const tables = await tx.rows<CustomerTable>(sql`
    select c.relname as name, has_table_privilege(c.oid, 'UPDATE') and not exists (
        select from pg_index i where i.indrelid = c.oid and i.indisunique and a.attnum = any(i.indkey)) as "isUpdated",
      array(select other.attname::text from pg_attribute other where other.attrelid = c.oid and other.attnum > 0
        and not other.attisdropped and other.attgenerated = '' and other.attname <> 'customer_id') as columns
    from pg_attribute a
    join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p') and not c.relispartition
    join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
    where a.attname = 'customer_id' and not a.attisdropped and c.relname <> all(${[...except]}::text[])
    order by c.relname`);
  for (const { name, isUpdated, columns } of tables) {
    const table = identifier(name);
    const others = join(columns.map(identifier));
    const theirs = sql`shop_id = ${shopId} and customer_id = ${from}`;
    await tx.run(
      isUpdated
        ? sql`update ${table} set customer_id = ${to} where ${theirs}`
        : sql`with moved as (delete from ${table} where ${theirs} returning *)
            insert into ${table} (customer_id, ${others}) select ${to}, ${others} from moved on conflict do nothing`,
    );
  }
}

/** Quotes a table's or a column's name. Throws if the name has other characters than our names have. */
export function identifier(name: string): Sql {
  if (!NAME.test(name)) throw new Error(`not a name of ours: ${name}`);
  return trusted(`"${name}"`);
}

/** Deletes at most `most` rows, of a partitioned table at most `most` of each partition. Returns the number of deleted rows. */
export const eraseFrom = (tx: Tx, table: string, where: Sql, most: number): Promise<number> =>
  tx.run(sql`
    delete from ${identifier(table)} where ${where} and ctid = any(array(
      select ctid from ${identifier(table)} where ${where} limit ${most}))`);
