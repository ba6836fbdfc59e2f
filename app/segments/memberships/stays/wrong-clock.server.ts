// Undoes stays that a clock which was ahead began or ended in the future.
import { openStay, openStayOf } from "../../../customers/open-stay.server.ts";
import { sql, type Tx } from "../../../db.server.ts";
import type { Shop } from "../../../shop.server.ts";
import type { Move } from "../live-segment.server.ts";
import type { Instant } from "../../../instant.ts";

/** The shop's clock counts as right where the database's clock differs by no more than this. */
const MAX_DIFFERENCE_MS = 3_600_000;

/**
 * A stay that ended in the future is open again, or ends now where the customer has another open stay. An open stay that began
 * in the future begins now. Returns the reopened stays as moves.
 */
export async function undoFutureStays(shop: Shop, tx: Tx, segmentId: string): Promise<Move[]> {
  const now = shop.now();
  const [clock] = await tx.rows<{ at: Instant }>(sql`select now() as at`);
  if (!clock || Math.abs(clock.at.getTime() - now.getTime()) > MAX_DIFFERENCE_MS) return [];
  const own = sql`m.shop_id = ${shop.id} and m.segment_id = ${segmentId}`;
  const far = sql`${now}::timestamptz + interval '1 day'`;
  await tx.run(sql`delete from membership m where ${own} and m.entered_at > ${far} and not ${openStay}`);
  await tx.run(sql`
    update membership m set entered_at = ${now}::timestamptz, entered_recorded_at = ${now}::timestamptz
    where ${own} and m.entered_at > ${far} and ${openStay}`);
  const rows = await tx.rows<Move & { open: boolean }>(sql`
    update membership m set left_at = case when o.open then ${now}::timestamptz end,
      left_recorded_at = case when o.open then ${now}::timestamptz end,
      left_version = case when o.open then m.left_version end, left_cause = case when o.open then m.left_cause end
    from (select m.customer_id, exists (select from membership n where n.shop_id = m.shop_id
        and n.segment_id = m.segment_id and n.customer_id = m.customer_id and ${openStayOf(sql`n`)}) as open
      from membership m where ${own} and m.left_at > ${far}) o
    where ${own} and m.left_at > ${far} and m.customer_id = o.customer_id
    returning m.segment_id as segment, m.entered_version as version, m.customer_id as customer, o.open, true as entered,
      ${now}::timestamptz as at, m.entered_cause as cause`);
  return rows.filter(({ open }) => !open).map(({ open: _, ...move }) => move);
}
