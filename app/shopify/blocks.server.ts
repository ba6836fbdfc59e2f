// What is known of our blocks in the store, by what the admin told a page of ours and by what shoppers' pages asked of us.
import { BLOCKS, type BlockName, type Blocks, type Placements } from "../blocks.ts";
import { sql } from "../db.server.ts";
import type { Shop } from "../shop.server.ts";
import type { Instant } from "../instant.ts";

type Row = { name: BlockName; places: string[]; toldAt: Instant | null; seenAt: Instant | null };

export async function readBlocks(shop: Shop): Promise<Blocks> {
  const rows = await shop.db.tx((tx) =>
    tx.rows<Row>(
      sql`select name, places, told_at as "toldAt", seen_at as "seenAt" from store_block where shop_id = ${shop.id}`,
    ),
  );
  const blockOf = (name: BlockName) => {
    const row = rows.find((one) => one.name === name);
    return {
      places: row?.toldAt ? row.places : null,
      toldAt: row?.toldAt ?? null,
      seenAt: row?.seenAt ?? null,
    };
  };
  return Object.fromEntries(BLOCKS.map((name) => [name, blockOf(name)])) as Blocks;
}

export async function tellBlocks(shop: Shop, told: Placements): Promise<void> {
  const names = BLOCKS.filter((name) => told[name]);
  await shop.db.tx(async (tx) => {
    for (const name of names)
      await tx.run(sql`
        insert into store_block (shop_id, name, places, told_at)
        values (${shop.id}, ${name}, ${told[name] ?? []}::text[], ${shop.now()}::timestamptz)
        on conflict (shop_id, name) do update set places = excluded.places, told_at = excluded.told_at`);
  });
}

/** Noted once an hour, and at once where the admin has spoken since: a shopper's page must not wait for it. */
export async function seeBlock(shop: Shop, name: BlockName): Promise<void> {
  const now = shop.now();
  const anHourAgo = new Date(now.getTime() - 3_600_000);
  await shop.db.tx((tx) =>
    tx.run(sql`
      insert into store_block as b (shop_id, name, places, seen_at)
      values (${shop.id}, ${name}, '{}'::text[], ${now}::timestamptz)
      on conflict (shop_id, name) do update set seen_at = excluded.seen_at
      where b.seen_at is null or b.seen_at not between ${anHourAgo}::timestamptz and ${now}::timestamptz
        or b.seen_at < b.told_at`),
  );
}
