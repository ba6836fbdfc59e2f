// Limits how much work the dating of moves is for PostgreSQL: the length of the SQL text and the number of rows.
import { join, type Sql, sql, type Tx } from "../../../db.server.ts";

/** What is left. A sign of SQL text costs 1. A parameter takes at least one sign of the text. */
export type Work = { left: number };

/** For all moves of up to 50 segments in a batch. */
export const MAX_WORK = 1_000_000;

/** In one statement, unless a single select is more. It is less than the 65,535 parameters that PostgreSQL takes in a statement. */
const MAX_WORK_A_STATEMENT = 30_000;

/** The cost of one customer in one select. */
const CUSTOMER_COST = 20;

/** `customers`: for how many customers the select is computed. */
export type Select = { select: Sql; customers: number };

/** The rows of all selects, which are combined into few statements. Null, and nothing is read, where the work is too much. */
export async function rowsWithin<Row>(tx: Tx, work: Work, selects: Iterable<Select>): Promise<Row[] | null> {
  const statements: Sql[][] = [];
  let room = 0;
  for (const { select, customers } of selects) {
    const cost = select.sql.length + customers * CUSTOMER_COST;
    work.left -= cost;
    if (work.left < 0) return null;
    const last = statements.at(-1);
    if (last && cost <= room) last.push(select);
    else {
      statements.push([select]);
      room = MAX_WORK_A_STATEMENT;
    }
    room -= cost;
  }
  const rows: Row[][] = [];
  for (const statement of statements) rows.push(await tx.rows<Row>(join(statement, " union all ")));
  return rows.flat();
}

/** Customers whose verdicts are asked at the same points. `fitsAt`: null where the verdict at the point is not known. */
type Asked<Point> = { customers: readonly string[]; points: readonly Point[]; fitsAt: (point: Point) => Sql | null };

/** The verdicts at each point, by customer. Null where the work is too much. A customer with an unknown verdict is left out. */
export async function verdictsAt<Point>(
  { shopId, tx, work }: { shopId: string; tx: Tx; work: Work },
  all: readonly Asked<Point>[],
): Promise<Map<string, boolean[]> | null> {
  function* selects(): Generator<Select> {
    for (const { customers, points, fitsAt } of all)
      for (const [at, point] of points.entries()) {
        const fits = fitsAt(point);
        const select = sql`select ${at}::int as at, c.id as customer, ${fits ?? sql`null::boolean`} as fits from customer c
          where c.shop_id = ${shopId} and c.id = any(${customers}::text[])`;
        yield { select, customers: customers.length };
        if (fits === null) break;
      }
  }
  const rows = await rowsWithin<{ at: number; customer: string; fits: boolean | null }>(tx, work, selects());
  if (rows === null) return null;
  const verdicts = new Map<string, boolean[]>();
  const unknown = new Set(rows.flatMap(({ customer, fits }) => (fits === null ? [customer] : [])));
  for (const { at, customer, fits } of rows) {
    if (fits === null || unknown.has(customer)) continue;
    const known = verdicts.get(customer) ?? [];
    verdicts.set(customer, known);
    known[at] = fits;
  }
  return verdicts;
}
