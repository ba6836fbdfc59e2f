// The table plugin_access: counts, by the shop's day, what a plugin wrote, asked of Shopify and sent to other hosts. The table holds
// no personal data.
import { sql, type Tx } from "../../../db.server.ts";
import type { Shop } from "../../../shop.server.ts";

type Direction = "wrote" | "asked" | "sent";
type Access = {
  plugin: string;
  direction: Direction;
  /** The kind of records, the operation of the Admin API, or the host. */
  what: string;
  rows?: number;
  bytes?: number;
  failed?: boolean;
};

export async function noteAccess(shop: Shop, tx: Tx, access: Access): Promise<void> {
  const { plugin, direction, what, rows = 0, bytes = 0, failed = false } = access;
  await tx.run(sql`
    insert into plugin_access as a (shop_id, plugin, day, direction, what, calls, failed, rows, bytes)
    select id, ${plugin}, (${shop.now()}::timestamptz at time zone ${shop.timeZone})::date, ${direction}, ${what}, 1,
      ${failed ? 1 : 0}, ${rows}, ${bytes} from shop where id = ${shop.id} for key share
    on conflict (shop_id, plugin, day, direction, what) do update set calls = a.calls + 1,
      failed = a.failed + excluded.failed, rows = a.rows + excluded.rows, bytes = a.bytes + excluded.bytes`);
}

export type AccessRow = {
  direction: Direction;
  what: string;
  calls: number;
  failed: number;
  rows: string;
  bytes: string;
};

/** Sums the last 30 days of the shop. Within each direction, the most frequent come first. */
export const readAccess = (shop: Shop, plugin: string): Promise<AccessRow[]> =>
  shop.db.tx((tx) =>
    tx.rows<AccessRow>(sql`
      select direction, what, sum(calls)::int as calls, sum(failed)::int as failed, sum(rows)::text as rows,
        sum(bytes)::text as bytes
      from plugin_access where shop_id = ${shop.id} and plugin = ${plugin}
        and day > (${shop.now()}::timestamptz at time zone ${shop.timeZone})::date - 30
      group by 1, 2 order by 1, 3 desc, 2 limit 50`),
  );
