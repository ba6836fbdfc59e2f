// What the app leaves in Shopify after an uninstall: discounts go on, and then only the merchant can end them.
import { sql } from "../db.server.ts";
import type { Shop } from "../shop.server.ts";
import { stateOf } from "./offer-rows.server.ts";
import { STOPPED } from "./publishing/grants/publish-discounts.server.ts";
import type { Instant } from "../instant.ts";

export type Leaving = {
  /** Offers that are active, scheduled or paused. */
  live: number;
  /** Discounts in Shopify that have not ended, by our records. */
  running: number;
};

export async function readLeaving(shop: Shop): Promise<Leaving> {
  const [row] = await shop.db.tx((tx) =>
    tx.rows<Leaving>(sql`
      select count(*) filter (where o.wish <> 'deleted' and ${stateOf(shop.now())} in ('scheduled', 'active', 'paused'))::int as live,
        count(*) filter (where p.discount_id is not null and p.published_as is distinct from ${STOPPED})::int as running
      from offer o left join offer_publication p on p.shop_id = o.shop_id and p.offer_id = o.id
      where o.shop_id = ${shop.id}`),
  );
  return row ?? { live: 0, running: 0 };
}

const SHOWN_DAYS = 30;

/**
 * Discounts of an earlier installation that the app found active and ended in the last `SHOWN_DAYS` days. Null: there are none.
 */
export async function readLeftovers(shop: Shop): Promise<{ titles: string[]; endedAt: Instant } | null> {
  const [row] = await shop.db.tx((tx) =>
    tx.rows<{ titles: string[] | null; endedAt: Instant | null }>(sql`
      select array_agg(title order by title) as titles, max(ended_at) as "endedAt" from offer_leftover
      where shop_id = ${shop.id} and ended_at > ${shop.now()}::timestamptz - make_interval(days => ${SHOWN_DAYS})`),
  );
  return row?.titles && row.endedAt ? { titles: row.titles, endedAt: row.endedAt } : null;
}
