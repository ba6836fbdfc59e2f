// Stays that a clock which was ahead for a while began or ended in a time that has not come: they are taken back.
import { sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import type { Move } from "./live-segment.server.ts";
import type { Instant } from "../../instant.ts";

/** Two clocks that agree so well say the same day; the database's is the witness that today's clock is right. */
const AGREEING_MS = 3_600_000;

/** A stay that ended in a time to come goes on; one that began then begins now. Who came back by it, as moves. */
export async function takeBackStays(shop: Shop, tx: Tx, segmentId: string): Promise<Move[]> {
  const now = shop.now();
  const [clock] = await tx.rows<{ at: Instant }>(sql`select now() as at`);
  if (!clock || Math.abs(clock.at.getTime() - now.getTime()) > AGREEING_MS) return [];
  const own = sql`m.shop_id = ${shop.id} and m.segment_id = ${segmentId}`;
  const far = sql`${now}::timestamptz + interval '1 day'`;
  await tx.run(sql`delete from membership m where ${own} and m.entered_at > ${far} and m.left_at is not null`);
  await tx.run(sql`
    update membership m set entered_at = ${now}::timestamptz, entered_recorded_at = ${now}::timestamptz
    where ${own} and m.entered_at > ${far} and m.left_at is null`);
  const rows = await tx.rows<Move & { open: boolean }>(sql`
    update membership m set left_at = case when o.open then ${now}::timestamptz end,
      left_recorded_at = case when o.open then ${now}::timestamptz end,
      left_version = case when o.open then m.left_version end, left_cause = case when o.open then m.left_cause end
    from (select m.customer_id, exists (select from membership n where n.shop_id = m.shop_id
        and n.segment_id = m.segment_id and n.customer_id = m.customer_id and n.left_at is null) as open
      from membership m where ${own} and m.left_at > ${far}) o
    where ${own} and m.left_at > ${far} and m.customer_id = o.customer_id
    returning m.segment_id as segment, m.entered_version as version, m.customer_id as customer, o.open, true as entered,
      ${now}::timestamptz as at, m.entered_cause as cause`);
  return rows.filter(({ open }) => !open).map(({ open: _, ...move }) => move);
}
