// When offers must be published because time has passed.
import { sql } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import { isUsedUp } from "../standing/used-up.server.ts";
import { stateOf } from "../offer-rows.server.ts";
import type { Instant } from "../../instant.ts";
import { audiencesWait } from "./audiences/audience-rows.server.ts";
import { usedUnsaid } from "./customers/publication.server.ts";

/**
 * Whether an offer's state differs from the published one, a used-up offer is still shown to everybody or to a customer who used it, or
 * customers' metafields are still to be written.
 */
export const offersAreDue = (shop: Shop): Promise<boolean> =>
  shop.db.tx(async (tx) => {
    const due = await tx.rows(sql`
      select 1 where exists (
        select from offer o left join offer_publication p on p.shop_id = o.shop_id and p.offer_id = o.id
        where o.shop_id = ${shop.id} and o.wish not in ('draft', 'deleted')
          and p.settled_as is distinct from ${stateOf(shop.now())}
      ) or exists (
        select from offer_publication p where p.shop_id = ${shop.id} and p.shown_version is not null and ${isUsedUp}
      ) or exists (select ${usedUnsaid(shop)}) or exists (select from publication where shop_id = ${shop.id} and dirty_at is not null)`);
    return due.length > 0 || audiencesWait(shop, tx);
  });

/** When the next offer begins or ends. Null: none does. */
export async function nextOfferDue(shop: Shop): Promise<Instant | null> {
  const now = shop.now();
  const [row] = await shop.db.tx((tx) =>
    tx.rows<{ at: Instant | null }>(sql`
      select min(case when o.starts_at > ${now} and o.wish = 'on' then o.starts_at else o.ends_at end) as at from offer o
      where o.shop_id = ${shop.id} and o.wish in ('on', 'paused') and (o.ends_at is null or o.ends_at > ${now})`),
  );
  return row?.at ?? null;
}
