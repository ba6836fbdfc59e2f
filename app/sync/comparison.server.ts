// How far the comparison with Shopify is, and what the last one found. "All that was sent is here" and "nothing that Shopify
// has is missing" are two statements: the second is true as of a comparison, and of no later moment.
import { sql, trusted, type Tx } from "../db.server.ts";
import { enqueue } from "../queue.server.ts";
import type { Shop } from "../shop.server.ts";
import type { Kind } from "./source.ts";
import type { Instant } from "../instant.ts";

/** Rows that were not here, and rows of which an older version was here. */
export type News = { missing: number; changed: number };
export type Found = Partial<Record<Kind, News>>;

/** `at`: all that Shopify had then, of what changed since the comparison before, was compared; null: never. */
export type Comparison = {
  state: "never" | "waiting" | "reading" | "done" | "failed";
  at: Instant | null;
  /** Of the comparison under way. */
  read: number;
  found: News & { kinds: Found };
};

type Row = { state: Comparison["state"]; at: Instant | null; read: number; found: Found | null };

export async function readComparison(shop: Shop): Promise<Comparison> {
  const [row] = await shop.db.tx((tx) =>
    tx.rows<Row>(sql`
      select state, case when finished_at is not null then started_at end as at, objects::int as read, found
      from backfill where shop_id = ${shop.id} and kind = 'changes'`),
  );
  const kinds = row?.found ?? {};
  const sum = (of: keyof News) => Object.values(kinds).reduce((total, news) => total + news[of], 0);
  return {
    state: row?.state ?? "never",
    at: row?.at ?? null,
    read: row?.read ?? 0,
    found: { missing: sum("missing"), changed: sum("changed"), kinds },
  };
}

/** What the merchant asks for beside the nightly one. Asked twice, it runs once. */
export const askForComparison = (shop: Shop): Promise<void> =>
  shop.db.tx(async (tx) => {
    await tx.run(sql`
      insert into backfill as b (shop_id, kind, state) values (${shop.id}, 'changes', 'waiting')
      on conflict (shop_id, kind) do update set state = 'waiting' where b.state <> 'reading'`);
    await enqueue("sync.reconcile", { shop: shop.id }, tx);
    await enqueue("offers.look", { shop: shop.id, offer: null }, tx);
  });

const noteState = (shop: Shop, state: Comparison["state"]) =>
  shop.db.tx((tx) =>
    tx.run(sql`
      insert into backfill (shop_id, kind, state) values (${shop.id}, 'changes', ${state})
      on conflict (shop_id, kind) do update set state = excluded.state,
        objects = case when excluded.state = 'reading' then 0 else backfill.objects end`),
  );

/** Told on the sync page from its first to its last row. A comparison that breaks off leaves what the one before found. */
export async function compared<T>(shop: Shop, compare: () => Promise<T>): Promise<T> {
  await noteState(shop, "reading");
  try {
    return await compare();
  } catch (error) {
    await noteState(shop, "failed");
    throw error;
  }
}

export const noteCompared = (shop: Shop, startedAt: Instant, found: Found, read: number) =>
  shop.db.tx((tx) =>
    tx.run(sql`
      insert into backfill (shop_id, kind, state, objects, applied, started_at, finished_at, found)
      values (${shop.id}, 'changes', 'done', ${read}, ${read}, ${startedAt}::timestamptz, ${shop.now()}::timestamptz, ${JSON.stringify(found)}::jsonb)
      on conflict (shop_id, kind) do update set state = excluded.state, objects = excluded.objects, applied = excluded.applied,
        started_at = excluded.started_at, finished_at = excluded.finished_at, found = excluded.found`),
  );

const TABLES: Record<Kind, string> = { products: "product", customers: "customer", orders: "shop_order" };

type Held = { id: string; isHere: boolean; isOlder: boolean };
/** What the source has. `at`: its version; null where it cannot be read: then nothing is older. */
export type ThingTold = { id: string; at: string | null };

const readHeld = (shop: Shop, tx: Tx, kind: Kind, told: readonly ThingTold[]) =>
  tx.rows<Held>(sql`
    select told.id, held.id is not null as "isHere", coalesce(held.updated_at < told.at, false) as "isOlder"
    from unnest(${told.map(({ id }) => id)}::text[], ${told.map(({ at }) => at)}::timestamptz[]) told (id, at)
    left join ${trusted(TABLES[kind])} held on held.shop_id = ${shop.id} and held.id = told.id`);

/** Applies what Shopify has, and counts what of it was not here. What is not taken in (a person who was erased) is none. */
export async function countNews(
  shop: Shop,
  tx: Tx,
  { kind, told }: { kind: Kind; told: readonly ThingTold[] },
  apply: () => Promise<void>,
): Promise<News> {
  const before = await readHeld(shop, tx, kind, told);
  await apply();
  const after = new Set((await readHeld(shop, tx, kind, told)).filter(({ isHere }) => isHere).map(({ id }) => id));
  await tx.run(sql`
    update backfill set objects = objects + ${told.length} where shop_id = ${shop.id} and kind = 'changes'`);
  return {
    missing: before.filter(({ id, isHere }) => !isHere && after.has(id)).length,
    changed: before.filter(({ isOlder }) => isOlder).length,
  };
}
