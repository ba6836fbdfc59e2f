// Finds shoppers for the preview: some whom the offer is for, and some whom the offer is not for.
import { openStay } from "../../customers/open-stay.server.ts";
import { sql } from "../../db.server.ts";
import { UserError } from "../../errors.ts";
import { sampleBothSides } from "../../segments/preview.server.ts";
import type { Shop } from "../../shop.server.ts";
import type { Narrowing } from "../offer.ts";
import { resolveOffer } from "../resolve.server.ts";
import type { OfferContent } from "../wire.ts";
import {
  narrowedQuery,
  narrowingOf,
  describeNarrowing,
  type OfferEngine,
} from "../publishing/audiences/narrow-audience.server.ts";

export type Shopper = {
  id: string;
  firstName: string | null;
  lastName: string | null;
  email: string | null;
  locale: string | null;
  isMember: boolean;
};

const EACH = 5;

/** `offerId` null: the offer is not saved yet. */
type Asked = { offerId?: string | null; kind: string; settings: Record<string, unknown>; segmentId: string | null };

/**
 * `narrowing`: the query by which the kind narrows the segment. `count`: the customers whom both select; null where not counted
 * or unknown.
 */
export type Whom = { shoppers: Shopper[]; narrowing: Narrowing | null; count: number | null };

/**
 * Whom the offer in the editor is for, and what it gives. `content`: null while the settings are not complete. `heldOut`: the
 * shoppers whom the offer's test holds out.
 */
export async function readWhom(
  shop: Shop,
  engine: OfferEngine,
  asked: Asked,
): Promise<Whom & { kind: string; content: OfferContent | null; heldOut: string[] }> {
  const resolved = await resolveOffer(shop, engine.offerKinds, asked);
  const content = resolved.ok ? resolved.content : null;
  const whom = await findWhom(shop, engine, asked);
  return { ...whom, kind: asked.kind, content, heldOut: await readHeldOut(shop, asked.offerId ?? null, whom.shoppers) };
}

async function readHeldOut(shop: Shop, offerId: string | null, shoppers: readonly Shopper[]): Promise<string[]> {
  const rows = await shop.db.tx((tx) =>
    tx.rows<{ id: string }>(sql`
      select held.customer_id as id from offer o
      join experiment running on running.shop_id = o.shop_id and running.id = o.experiment_id and running.ended_at is null
      join experiment_arm e on e.shop_id = o.shop_id and e.experiment_id = o.experiment_id and e.is_holdout
      join assignment held on held.shop_id = o.shop_id and held.experiment_id = e.experiment_id and held.arm = e.arm
      where o.shop_id = ${shop.id} and o.id = ${offerId} and held.customer_id = any (${shoppers.map(({ id }) => id)}::text[])`),
  );
  return rows.map(({ id }) => id);
}

async function findWhom(shop: Shop, engine: OfferEngine, asked: Asked): Promise<Whom> {
  let added: string | null;
  try {
    added = narrowingOf(engine, asked);
  } catch (error) {
    if (error instanceof UserError) return { shoppers: [], narrowing: null, count: null };
    throw error;
  }
  const narrowing = added === null ? null : describeNarrowing(engine, added);
  const query = added && (await shop.db.tx((tx) => narrowedQuery(shop, tx, engine, asked)));
  if (!query) return { shoppers: await readShoppers(shop, asked.segmentId ?? ""), narrowing, count: null };
  const found = await sampleBothSides(shop, query, engine, EACH);
  if (!found) return { shoppers: [], narrowing, count: null };
  const shoppersOf = (some: typeof found.inside, isMember: boolean): Shopper[] =>
    some.map(({ count: _, ...shopper }) => ({ ...shopper, isMember }));
  return {
    shoppers: [...shoppersOf(found.inside, true), ...shoppersOf(found.outside, false)],
    ...{ narrowing, count: found.count },
  };
}

export const readShoppers = (shop: Shop, segmentId: string): Promise<Shopper[]> =>
  shop.db.tx((tx) =>
    tx.rows<Shopper>(sql`
      with person as (
        select c.id, c.first_name as "firstName", c.last_name as "lastName", c.email, c.locale, c.last_order_at as seen,
          exists (
            select from membership m where m.shop_id = c.shop_id and m.segment_id = ${segmentId}
              and m.customer_id = c.id and ${openStay}
          ) as "isMember"
        from customer c where c.shop_id = ${shop.id} and c.deleted_at is null
      )
      select id, "firstName", "lastName", email, locale, "isMember" from (
        (select * from person where "isMember" order by seen desc nulls last, id limit ${EACH})
        union all
        (select * from person where not "isMember" order by seen desc nulls last, id limit ${EACH})) chosen`),
  );
