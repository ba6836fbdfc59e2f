// A query tried out: nothing is written, and nothing runs longer than a person waits.
import { livingCustomer } from "../customers/living.server.ts";
import { sql, type Sql, type Tx } from "../db.server.ts";
import type { Shop } from "../shop.server.ts";
import { unlessItFails } from "./memberships/failing.server.ts";
import { type Engine, readOnce, type ReadQuery } from "./memberships/live-segment.server.ts";
import { compileAsOf } from "./query/compile/as-of.server.ts";
import { compile } from "./query/compile/compile.server.ts";
import type { Fault } from "./query/fault.ts";
import { readOnly } from "./read-only.server.ts";
import { type Revenue, shareOf } from "./memberships/revenue.server.ts";
import type { Instant } from "../instant.ts";

const PATIENCE_MS = 5000;
const SAMPLE = 20;

export type Sampled = {
  id: string;
  firstName: string | null;
  lastName: string | null;
  email: string | null;
  orders: number;
  spent: string;
};
/** `slow`: the query is right, and takes longer than a preview may. `failed`: something that it asks cannot be told. */
export type Preview =
  | { ok: true; count: number; share: number; revenue: Revenue; sample: Sampled[] }
  | { ok: false; faults: Fault[]; slow: boolean; failed?: true };

/** Nobody spent anything: the share is null. */
type Counted = { all: string; fitting: string; amount: string; shareOfRevenue: number | null };

/** Two at a time of a shop; the others wait, and are told `slow` where their turn does not come in time. */
export async function preview(
  shop: Shop,
  text: string,
  engine: Engine,
  patience = PATIENCE_MS,
  signal?: AbortSignal,
): Promise<Preview> {
  const read = readOnce(text, engine);
  if (Array.isArray(read)) return { ok: false, faults: read, slow: false };
  const tried = await unlessItFails(shop, () => tryOut(shop, read, engine, patience, signal));
  return tried?.found ?? { ok: false, faults: [], slow: false, failed: true };
}

async function tryOut(
  shop: Shop,
  read: ReadQuery,
  engine: Engine,
  patience: number,
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
  const found = await readOnly(shop, patience, ask, signal);
  if (!found) return { ok: false, faults: [], slow: true };
  const { fitting, all, amount = "0", shareOfRevenue } = found.counts ?? {};
  const count = Number(fitting ?? 0);
  return {
    ok: true,
    count,
    share: Number(all ?? 0) === 0 ? 0 : count / Number(all),
    revenue: { amount, share: shareOfRevenue ?? 0 },
    sample: found.sample,
  };
}

/** How many fit, some who do and some who do not; null where it cannot be told now. */
export async function sampleBothSides(shop: Shop, text: string, engine: Engine, each: number) {
  const read = readOnce(text, engine);
  if (Array.isArray(read)) return null;
  const fits = compile(read.query, engine.attributes, { now: shop.now(), timeZone: shop.timeZone });
  const some = (tx: Tx, which: Sql) =>
    tx.rows<Sided>(sql`
    select c.id, c.first_name as "firstName", c.last_name as "lastName", c.email, c.locale, count(*) over ()::int as count
    from customer c where c.shop_id = ${shop.id} and ${livingCustomer} and ${which}
    order by c.last_order_at desc nulls last, c.id limit ${each}`);
  const tried = await unlessItFails(shop, () =>
    readOnly(shop, PATIENCE_MS, async (tx) => ({
      inside: await some(tx, fits),
      outside: await some(tx, sql`(${fits}) is not true`),
    })),
  );
  return tried?.found ? { count: tried.found.inside[0]?.count ?? 0, ...tried.found } : null;
}

type Sided = Omit<Sampled, "orders" | "spent"> & { locale: string | null; count: number };

/**
 * How many, and the first twenty by the platform's own ids in numeric order. Without a limit of time: for commands. `at`: a
 * past moment, for which attributes without a history are faults; left out: now.
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
