// Searches for words in every column of every table of a database, and in the files of .data.
import fs from "node:fs";
import path from "node:path";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import pg from "pg";

type Table = { name: string; columns: { name: string; bytes: boolean }[] };

const TABLES = `
  select format('%I.%I', n.nspname, c.relname) as name,
    json_agg(json_build_object('name', quote_ident(a.attname), 'bytes', a.atttypid = 'bytea'::regtype) order by a.attnum) as columns
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relkind in ('r', 'p', 'm') and not c.relispartition and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'
  group by 1 order by 1`;

/** `url`: of the database's owner, who reads the rows of all shops. */
export async function findInDatabase(url: string, words: string[]): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const found: string[] = [];
    for (const table of (await client.query<Table>(TABLES)).rows)
      found.push(...(await findInTable(client, table, words)));
    return found;
  } finally {
    await client.end();
  }
}

async function findInTable(client: pg.Client, { name, columns }: Table, words: string[]): Promise<string[]> {
  const found: string[] = [];
  for (const column of columns) {
    const place = `table ${name}, column ${column.name}`;
    const isThere = column.bytes
      ? (
          await client.query<{ value: Buffer }>(
            `select ${column.name} as value from ${name} where ${column.name} is not null`,
          )
        ).rows.some(({ value }) => words.some((word) => readable(value).includes(word)))
      : (
          await client.query(`select 1 from ${name} where ${column.name}::text ilike any($1) limit 1`, [
            words.map(pattern),
          ])
        ).rows.length > 0;
    if (isThere) found.push(place);
  }
  return found;
}

const pattern = (word: string): string => `%${word.replace(/[\\%_]/g, "\\$&")}%`;

/** Unpacks gzip and zstd. Other bytes are returned as they are. */
function readable(bytes: Buffer): Buffer {
  try {
    if (bytes.readUInt16BE(0) === 0x1f8b) return gunzipSync(bytes);
    if (bytes.readUInt32LE(0) === 0xfd2fb528) return zstdDecompressSync(bytes);
  } catch {
    return bytes;
  }
  return bytes;
}

/**
 * Skips the data folders of PostgreSQL: `findInDatabase` searches the tables, and PostgreSQL overwrites its write-ahead log in its own
 * time.
 */
export function findInFiles(folder: string, words: string[]): string[] {
  const found: string[] = [];
  const walk = (at: string) => {
    for (const entry of fs.readdirSync(at, { withFileTypes: true })) {
      const file = path.join(at, entry.name);
      if (entry.isDirectory()) {
        if (!fs.existsSync(path.join(file, "PG_VERSION"))) walk(file);
      } else if (entry.isFile() && holds(file, words)) found.push(`file ${file}`);
    }
  };
  if (fs.existsSync(folder)) walk(folder);
  return found;
}

/** False for a file that was deleted during the search. */
function holds(file: string, words: string[]): boolean {
  try {
    const bytes = readable(fs.readFileSync(file));
    return words.some((word) => bytes.includes(word));
  } catch {
    return false;
  }
}
