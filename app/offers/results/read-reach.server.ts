// How many shoppers saw and clicked an offer, by the web pixel's events.
import { sql } from "../../db.server.ts";
import type { Instant } from "../../instant.ts";
import type { Shop } from "../../shop.server.ts";
import { readPixel } from "../../shopify/web-pixel/state.server.ts";
import { readWithin } from "../../timed-read.server.ts";

const TIMEOUT_MS = 3000;

/** Numbers of browsers. `since`: when counting began. Null: nothing has ever been counted, since the web pixel is not active. */
export type Reach = { seen: number; clicked: number; since: Instant | null };

/** Undefined: the offer was never published. Null: counting took too long. Activity is kept for a year. */
export async function reachOf(
  shop: Shop,
  { id, state }: { id: string | null; state: string },
  timeoutMs = TIMEOUT_MS,
): Promise<Reach | null | undefined> {
  if (id === null || state === "draft") return undefined;
  const { activeAt } = await readPixel(shop);
  const rows = await readWithin(shop, { timeoutMs, what: "list" }, (tx) =>
    tx.rows<Reach>(sql`
      select count(distinct anonymous_id) filter (where kind = 'offer.seen')::int as seen,
        count(distinct anonymous_id) filter (where kind = 'offer.clicked')::int as clicked,
        least(min(at), ${activeAt}::timestamptz) as since
      from activity where shop_id = ${shop.id} and subject = ${id} and kind in ('offer.seen', 'offer.clicked')`),
  );
  return rows === null ? null : rows[0];
}
