// Writes a batch as INSERTs with many rows of VALUES. On a distributed database each row of VALUES goes to its shop's node,
// while rows of a SELECT are copied shop by shop.
import type { Batch } from "./pack.ts";

/** Equal texts have equal names, so that each connection plans a statement once. */
export type Statement = { table: string; name: string; text: string; values: unknown[] };

const COLUMNS = {
  inbox_pack: ["shop_id", "id", "packed"],
  shop_mark: ["shop_id"],
  inbox: [
    ...["shop_id", "source", "connection", "topic", "key", "webhook_id", "triggered_at"],
    ...["pack", "start", "length", "body"],
  ],
};
type Table = keyof typeof COLUMNS;

/** Rows of a statement, so that few distinct statements exist. A batch of 100 rows is statements of 64, 32 and 4. */
const SIZES = [64, 32, 16, 8, 4, 2, 1];

export const statementsOf = ({ packs, marks, rows }: Batch): Statement[] => [
  ...insert("inbox_pack", packs),
  ...insert("shop_mark", marks),
  ...insert("inbox", rows),
];

function insert(table: Table, rows: readonly unknown[][]): Statement[] {
  const statements: Statement[] = [];
  let from = 0;
  for (const size of SIZES) {
    for (; rows.length - from >= size; from += size) {
      const values = rows.slice(from, from + size).flat();
      statements.push({ table, name: `${table} ${size}`, text: textOf(table, size), values });
    }
  }
  return statements;
}

const texts = new Map<string, string>();

function textOf(table: Table, size: number): string {
  const known = texts.get(`${table} ${size}`);
  if (known) return known;
  const columns = COLUMNS[table];
  const row = (at: number) => `(${columns.map((_, of) => `$${at * columns.length + of + 1}`).join(", ")})`;
  const values = Array.from({ length: size }, (_, at) => row(at)).join(", ");
  // No conflict target: a conflict target needs the right to read, which the door's role has not.
  const text = `INSERT INTO ${table} (${columns.join(", ")}) VALUES ${values} ON CONFLICT DO NOTHING`;
  texts.set(`${table} ${size}`, text);
  return text;
}
