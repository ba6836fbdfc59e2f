// Writes many rows of a table in one statement. A table's columns are listed once: the insert, the select, the types and the update
// are made from that list.
import { column, type Value } from "./columns.ts";
import { sql, type Sql, type Tx } from "./db.server.ts";

type Type = "text" | "int" | "bigint" | "numeric" | "boolean" | "timestamptz" | "jsonb" | "text[]";

/** How a newer row changes the held value of a column. By default the value is replaced. */
type Held =
  /** A null keeps the held value. */
  | "kept"
  /** A held true stays true. */
  | "or";

type Column<Row> = readonly [Type, (row: Row) => Value, Held?];

export type Table<Row> = {
  name: string;
  /** The primary key without shop_id. */
  key: readonly string[];
  columns: Record<string, Column<Row>>;
};

export const defineTable = <Row>(
  name: string,
  key: readonly string[],
  columns: Record<string, Column<Row>>,
): Table<Row> => ({ name, key, columns });

export type OnConflict = {
  /** When a row replaces the held row of the same key: `always`, `never`, or SQL over `held` and `excluded`. */
  newer: "always" | "never" | (string & {});
  /** Columns to return of the written rows, as SQL over `held`. */
  returning?: string;
};

/** A value of `newer`: compares the platform's updated_at, then `tie`. The tie is negative where the platform gave no updated_at. */
export const BY_VERSION =
  "held.updated_at is null or (held.tie >= 0, held.updated_at, held.tie) < (excluded.tie >= 0, excluded.updated_at, excluded.tie)";

/** Writes rows, each with a key of its own. Returns the `returning` columns of the rows that were inserted or replaced. */
export async function upsert<Written = never, Row = unknown>(
  tx: Tx,
  shopId: string,
  table: Table<Row>,
  rows: readonly Row[],
  on: OnConflict,
): Promise<Written[]> {
  if (rows.length === 0) return [];
  const values = Object.values(table.columns).map(([, of]) => column(rows, of));
  return tx.rows<Written>(statementOf(table, on, [shopId, ...values]));
}

const texts = new WeakMap<object, Map<string, readonly string[]>>();

function statementOf<Row>(table: Table<Row>, on: OnConflict, values: string[]): Sql {
  const known = texts.get(table) ?? new Map<string, readonly string[]>();
  const asked = `${on.newer} ${on.returning}`;
  const strings = known.get(asked) ?? piecesOf(table, on);
  texts.set(table, known.set(asked, strings));
  return sql(Object.assign([...strings], { raw: strings }), ...values);
}

/** The statement's text, split at its parameters: the shop, then one array for each column. */
function piecesOf<Row>({ name, key, columns }: Table<Row>, { newer, returning }: OnConflict): string[] {
  const each = Object.entries(columns);
  const names = each.map(([column]) => column);
  // A text[] travels as text: PostgreSQL's arrays of arrays need inner arrays of equal length.
  const selected = each.map(([column, [type]]) => (type === "text[]" ? `row.${column}::text[]` : `row.${column}`));
  const casts = each.map(([, [type]]) => (type === "text[]" ? "::text[]" : `::${type}[]`));
  const head = `insert into ${name} as held (shop_id, ${names.join(", ")}) select `;
  const from = `, ${selected.join(", ")} from unnest(`;
  const between = casts.slice(0, -1).map((cast) => `${cast}, `);
  return [head, from, ...between, `${casts.at(-1) ?? ""}) as row (${names.join(", ")}) ${endOf()}`];

  function endOf(): string {
    const sets = each.filter(([column]) => !key.includes(column)).map(([column, [, , held]]) => setOf(column, held));
    const update = `(shop_id, ${key.join(", ")}) do update set ${sets.join(", ")}`;
    const where = newer === "always" ? "" : ` where ${newer}`;
    const conflict = newer === "never" ? "do nothing" : `${update}${where}`;
    return `on conflict ${conflict}${returning === undefined ? "" : ` returning ${returning}`}`;
  }
}

function setOf(column: string, held: Held | undefined): string {
  if (held === "kept") return `${column} = coalesce(excluded.${column}, held.${column})`;
  if (held === "or") return `${column} = held.${column} or excluded.${column}`;
  return `${column} = excluded.${column}`;
}
