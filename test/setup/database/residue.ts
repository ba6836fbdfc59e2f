// Searches a whole database for texts, in every column of every table of every schema except PostgreSQL's own. Bytes are searched as
// text and as hex. Arrays and JSON are searched as PostgreSQL writes them.
import { zstdDecompressSync } from "node:zlib";
import pg from "pg";

export type Hit = { table: string; column: string; needle: string; rows: number };

/** Connections that together see every row: the owner, and also the app held to a shop if the owner is not a superuser. */
export type Eyes = { url: string; shop?: string }[];

export async function searchDatabase(eyes: Eyes, needles: string[]): Promise<Hit[]> {
  const hits = new Map<string, Hit>();
  for (const { url, shop } of eyes) {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      if (shop) await client.query("SELECT set_config('app.shop', $1, false)", [shop]);
      for (const hit of await searchWith(client, needles)) {
        hits.set(`${hit.table} ${hit.column} ${hit.needle}`, hit);
      }
    } finally {
      await client.end();
    }
  }
  return [...hits.values()];
}

type Column = { schema: string; table: string; column: string; type: string };

async function searchWith(client: pg.Client, needles: string[]): Promise<Hit[]> {
  const { rows: columns } = await client.query<Column>(`
    SELECT n.nspname AS schema, c.relname AS "table", a.attname AS "column", format_type(a.atttypid, NULL) AS type
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'm') AND a.attnum > 0 AND NOT a.attisdropped
      AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname NOT LIKE 'pg_temp%'
      AND has_table_privilege(c.oid, 'SELECT')
    ORDER BY 1, 2, 3`);
  if (columns.length < 50) throw new Error("the search saw too few columns to mean anything");
  const hits: Hit[] = [];
  for (const { schema, table, column, type } of columns) {
    const name = pg.escapeIdentifier(column);
    const text = type === "bytea" ? `encode(${name}, 'escape') || ' ' || encode(${name}, 'hex')` : `${name}::text`;
    const { rows } = await client.query<{ needle: string; rows: number }>(
      `SELECT needle, count(*)::int AS rows FROM ${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(table)},
         unnest($1::text[]) AS needle
       WHERE position(lower(needle) IN lower(${text})) > 0 GROUP BY needle`,
      [needles],
    );
    for (const row of rows) hits.push({ table: `${schema}.${table}`, column, ...row });
    if (type === "bytea") hits.push(...(await searchPacked(client, { schema, table, column, type }, needles)));
  }
  return hits;
}

/** Unpacks bytes that are compressed with zstd. */
async function searchPacked(client: pg.Client, { schema, table, column }: Column, needles: string[]): Promise<Hit[]> {
  const name = pg.escapeIdentifier(column);
  const { rows } = await client.query<{ bytes: Buffer }>(
    `SELECT ${name} AS bytes FROM ${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(table)}
     WHERE substring(${name} FROM 1 FOR 4) = '\\x28b52ffd'`,
  );
  const texts = rows.map(({ bytes }) => zstdDecompressSync(bytes).toString("utf8").toLowerCase());
  return needles.flatMap((needle) => {
    const found = texts.filter((text) => text.includes(needle.toLowerCase())).length;
    return found > 0 ? [{ table: `${schema}.${table}`, column, needle, rows: found }] : [];
  });
}
