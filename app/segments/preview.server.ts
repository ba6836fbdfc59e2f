// Runs queries for previews and commands. Nothing is written.
import { livingCustomer } from "../customers/living.server.ts";
import { sql, type Sql, type Tx } from "../db.server.ts";
import type { Shop } from "../shop.server.ts";
import { nullIfFailing } from "./memberships/failing.server.ts";
import { type Engine, readOnce, type ReadQuery } from "./memberships/live-segment.server.ts";
import { compileAsOf } from "./query/compile/as-of.server.ts";
import { compile } from "./query/compile/compile.server.ts";
import type { Fault } from "./query/fault.ts";
import { readOnly } from "./read-only.server.ts";
import { unknownValues, type UnknownValue } from "./values/unknown-values.server.ts";
import { type Revenue, shareOf } from "./memberships/revenue.server.ts";
import type { Instant } from "../instant.ts";

const TIMEOUT_MS = 5000;
const SAMPLE = 20;

export type Sampled = {
  id: string;
  firstName: string | null;
  lastName: string | null;
  email: string | null;
  orders: number;
  spent: string;
};
/** `slow`: the query is valid and exceeded the time limit of a preview. `failed`: an attribute of the query failed. */
export type Preview =
  | { ok: true; count: number; share: number; revenue: Revenue; sample: Sampled[]; unknown: UnknownValue[] }
  | { ok: false; faults: Fault[]; slow: boolean; failed?: true };

/** Counts and sums as the database returns them: bigint and numeric are texts. */
type Counted = { all: string; fitting: string; amount: string; shareOfRevenue: number | null };

/** Two previews of a shop run at once, and others wait. The time limit includes the wait: `slow` where the turn came too late. */
export async function preview(
  shop: Shop,
  text: string,
  engine: Engine,
  timeoutMs = TIMEOUT_MS,
  signal?: AbortSignal,
): Promise<Preview> {
  const read = readOnce(text, engine);
  if (Array.isArray(read)) return { ok: false, faults: read, slow: false };
  const tried = await nullIfFailing(shop, async () => {
    const found = await tryOut(shop, read, engine, timeoutMs, signal);
    return found.ok ? { ...found, unknown: await unknownValues(shop, read.query, engine.attributes) } : found;
  });
  return tried?.found ?? { ok: false, faults: [], slow: false, failed: true };
}

async function tryOut(
  shop: Shop,
  read: ReadQuery,
  engine: Engine,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Preview> {
  const fits = compile(read.query, engine.attributes, { now: shop.now(), timeZone: shop.timeZone });
  const ask = async (tx: Tx) => {
    const [counts] = await tx.rows<Counted>(sql`
        select part.count as fitting, whole.count as all, coalesce(part.spent, 0)::text as amount,
          ${shareOf(sql`part.spent`, sql`whole.spent`)} as "shareOfRevenue"
        from (select count(*), sum(c.amount_spent) as spent from customer c where c.shop_id = ${shop.id} and ${fits}) part,
          (select count(*), sum(c.amount_spent) as spent from customer c
           where c.shop_id = ${shop.id} and ${livingCustomer}) whole`);
    const sample = await tx.rows<Sampled>(sql`
        select c.id, c.first_name as "firstName", c.last_name as "lastName", c.email, c.number_of_orders as orders,
          c.amount_spent::text as spent
        from customer c where c.shop_id = ${shop.id} and ${fits}
        order by c.last_order_at desc nulls last, c.id limit ${SAMPLE}`);
    return { counts, sample };
  };
  const found = await readOnly(shop, timeoutMs, ask, signal);
  if (!found) return { ok: false, faults: [], slow: true };
  const { fitting, all, amount = "0", shareOfRevenue } = found.counts ?? {};
  const count = Number(fitting ?? 0);
  return {
    ok: true,
    count,
    share: Number(all ?? 0) === 0 ? 0 : count / Number(all),
    revenue: { amount, share: shareOfRevenue ?? 0 },
    sample: found.sample,
    unknown: [],
  };
}

/**
 * `count`: the customers whom the query matches. `inside` and `outside`: up to `each` customers whom the query matches, and
 * up to `each` others. Null where the query is faulty, fails or takes too long.
 */
export async function sampleBothSides(shop: Shop, text: string, engine: Engine, each: number) {
  const read = readOnce(text, engine);
  if (Array.isArray(read)) return null;
  const fits = compile(read.query, engine.attributes, { now: shop.now(), timeZone: shop.timeZone });
  const some = (tx: Tx, which: Sql) =>
    tx.rows<SideSample>(sql`
    select c.id, c.first_name as "firstName", c.last_name as "lastName", c.email, c.locale, count(*) over ()::int as count
    from customer c where c.shop_id = ${shop.id} and ${livingCustomer} and ${which}
    order by c.last_order_at desc nulls last, c.id limit ${each}`);
  const tried = await nullIfFailing(shop, () =>
    readOnly(shop, TIMEOUT_MS, async (tx) => ({
      inside: await some(tx, fits),
      outside: await some(tx, sql`(${fits}) is not true`),
    })),
  );
  return tried?.found ? { count: tried.found.inside[0]?.count ?? 0, ...tried.found } : null;
}

type SideSample = Omit<Sampled, "orders" | "spent"> & { locale: string | null; count: number };

/**
 * `count`: the customers whom the query matches. `sample`: the first twenty ids in numeric order, the platform's where the
 * customer has one. Without a time limit: for commands. `at`: a past moment, for which an attribute without a history is a
 * fault; left out: now.
 */
export async function selectCustomers(
  shop: Shop,
  text: string,
  engine: Engine,
  at?: Instant,
): Promise<{ ok: true; count: number; sample: string[] } | { ok: false; faults: Fault[] }> {
  const read = readOnce(text, engine);
  if (Array.isArray(read)) return { ok: false, faults: read };
  const { timeZone } = shop;
  const asked = at
    ? compileAsOf(read.query, engine.attributes, { now: at, timeZone })
    : { ok: true as const, fits: compile(read.query, engine.attributes, { now: shop.now(), timeZone }) };
  if (!asked.ok) return asked;
  const rows =
    (await readOnly(shop, 0, (tx) =>
      tx.rows<{ id: string; count: string }>(sql`
          select named.id, count(*) over () as count
          from customer c
          cross join lateral (select coalesce(substring(c.platform_id from '[0-9]+$'), c.id) as id) named
          where c.shop_id = ${shop.id} and ${asked.fits}
          order by case when named.id ~ '^[0-9]{1,40}$' then named.id::numeric end nulls last, named.id limit ${SAMPLE}`),
    )) ?? [];
  return { ok: true, count: Number(rows[0]?.count ?? 0), sample: rows.map(({ id }) => id) };
}
