// The table store_block: where the store shows our blocks, from the admin's answers and from requests of shoppers' pages.
import { BLOCKS, type BlockName, type Blocks, type Placements } from "../blocks.ts";
import { sql } from "../db.server.ts";
import type { Shop } from "../shop.server.ts";
import type { Instant } from "../instant.ts";

type Row = { name: BlockName; places: string[]; reportedAt: Instant | null; seenAt: Instant | null };

export async function readBlocks(shop: Shop): Promise<Blocks> {
  const rows = await shop.db.tx((tx) =>
    tx.rows<Row>(
      sql`select name, places, reported_at as "reportedAt", seen_at as "seenAt" from store_block where shop_id = ${shop.id}`,
    ),
  );
  const blockOf = (name: BlockName) => {
    const row = rows.find((one) => one.name === name);
    return {
      places: row?.reportedAt ? row.places : null,
      reportedAt: row?.reportedAt ?? null,
      seenAt: row?.seenAt ?? null,
    };
  };
  return Object.fromEntries(BLOCKS.map((name) => [name, blockOf(name)])) as Blocks;
}

/** Saves the admin's answer. Blocks that the answer lacks stay as they are. */
export async function savePlacements(shop: Shop, placements: Placements): Promise<void> {
  const names = BLOCKS.filter((name) => placements[name]);
  await shop.db.tx(async (tx) => {
    for (const name of names)
      await tx.run(sql`
        insert into store_block (shop_id, name, places, reported_at)
        values (${shop.id}, ${name}, ${placements[name] ?? []}::text[], ${shop.now()}::timestamptz)
        on conflict (shop_id, name) do update set places = excluded.places, reported_at = excluded.reported_at`);
  });
}

/** Notes that a shopper's page has the block: at most once an hour, to spare writes, and once after each answer of the admin. */
export async function noteBlockSeen(shop: Shop, name: BlockName): Promise<void> {
  const now = shop.now();
  const anHourAgo = new Date(now.getTime() - 3_600_000);
  await shop.db.tx((tx) =>
    tx.run(sql`
      insert into store_block as b (shop_id, name, places, seen_at)
      values (${shop.id}, ${name}, '{}'::text[], ${now}::timestamptz)
      on conflict (shop_id, name) do update set seen_at = excluded.seen_at
      where b.seen_at is null or b.seen_at not between ${anHourAgo}::timestamptz and ${now}::timestamptz
        or b.seen_at < b.reported_at`),
  );
}
