// The progress of the comparison with Shopify, and the result of the last one. The inbox shows that every received webhook is
// applied. Only a comparison shows that no webhook was lost, up to the instant at which the comparison started.
import { sql, trusted, type Tx } from "../db.server.ts";
import { enqueue } from "../queue.server.ts";
import type { Shop } from "../shop.server.ts";
import type { Kind } from "./source.ts";
import type { Instant } from "../instant.ts";

/** `missing`: rows that were not in the database. `changed`: rows of which the database had an older version. */
export type Differences = { missing: number; changed: number };
export type Found = Partial<Record<Kind, Differences>>;

/** `at`: the start of the last finished comparison, which read all changes since the comparison before. Null: never compared. */
export type Comparison = {
  state: "never" | "waiting" | "reading" | "done" | "failed";
  at: Instant | null;
  /** The objects that the running comparison has read so far. */
  read: number;
  found: Differences & { kinds: Found };
};

type Row = { state: Comparison["state"]; at: Instant | null; read: number; found: Found | null };

export async function readComparison(shop: Shop): Promise<Comparison> {
  const [row] = await shop.db.tx((tx) =>
    tx.rows<Row>(sql`
      select state, case when finished_at is not null then started_at end as at, objects::int as read, found
      from backfill where shop_id = ${shop.id} and kind = 'changes'`),
  );
  const kinds = row?.found ?? {};
  const sum = (of: keyof Differences) => Object.values(kinds).reduce((total, news) => total + news[of], 0);
  return {
    state: row?.state ?? "never",
    at: row?.at ?? null,
    read: row?.read ?? 0,
    found: { missing: sum("missing"), changed: sum("changed"), kinds },
  };
}

/** Starts a comparison for the merchant, beside the nightly one. Two requests start one comparison. */
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

/** Runs a comparison and records its state for the sync page. A comparison that fails keeps the result of the one before. */
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

type Stored = { id: string; isHere: boolean; isOlder: boolean };
/** An object of the source. `at`: its version; null where the version cannot be read: then no stored row counts as older. */
export type SourceItem = { id: string; at: string | null };

const readStored = (shop: Shop, tx: Tx, kind: Kind, items: readonly SourceItem[]) =>
  tx.rows<Stored>(sql`
    select item.id, stored.id is not null as "isHere", coalesce(stored.updated_at < item.at, false) as "isOlder"
    from unnest(${items.map(({ id }) => id)}::text[], ${items.map(({ at }) => at)}::timestamptz[]) item (id, at)
    left join ${trusted(TABLES[kind])} stored on stored.shop_id = ${shop.id} and stored.id = item.id`);

/** Runs `apply`, and counts the missing and the changed rows. A row that `apply` does not store (of a redacted person) is not missing. */
export async function countDifferences(
  shop: Shop,
  tx: Tx,
  { kind, items }: { kind: Kind; items: readonly SourceItem[] },
  apply: () => Promise<void>,
): Promise<Differences> {
  const before = await readStored(shop, tx, kind, items);
  await apply();
  const after = new Set((await readStored(shop, tx, kind, items)).filter(({ isHere }) => isHere).map(({ id }) => id));
  await tx.run(sql`
    update backfill set objects = objects + ${items.length} where shop_id = ${shop.id} and kind = 'changes'`);
  return {
    missing: before.filter(({ id, isHere }) => !isHere && after.has(id)).length,
    changed: before.filter(({ isOlder }) => isOlder).length,
  };
}
