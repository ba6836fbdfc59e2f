// Ends leftovers: discounts and native segments of the app that belong to no offer or audience. A run whose answer was lost made
// them, or their offer is deleted, or an earlier installation left them. The app finds them by its own tags and keys, at night
// and when the app is installed.
import type { AdminApi } from "../../shopify/admin-api.server.ts";
import { readAppData } from "../../shopify/app-data.server.ts";
import { sql } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import { stopDiscount } from "./grants/discount.server.ts";
import { allDiscounts, type Found } from "./grants/find-discount.server.ts";
import { allNativeSegments, removeNativeSegment } from "./audiences/native-segment.server.ts";
import { noteDiscount } from "./publication-row.server.ts";

export async function endLeftovers(shop: Shop, admin: AdminApi): Promise<void> {
  await endDiscounts(shop, admin);
  await endSegments(shop, admin);
}

type Row = { id: string; discountId: string | null };

async function endDiscounts(shop: Shop, admin: AdminApi): Promise<void> {
  const offers = await shop.db.tx((tx) =>
    tx.rows<Row>(sql`
      select o.id, p.discount_id as "discountId" from offer o
      left join offer_publication p on p.shop_id = o.shop_id and p.offer_id = o.id where o.shop_id = ${shop.id}`),
  );
  for (const [offerId, found] of Map.groupBy(await allDiscounts(admin), (one) => one.offerId)) {
    const offer = offers.find(({ id }) => id === offerId);
    const known = found.find(({ id }) => id === offer?.discountId);
    // A discount whose id was lost belongs to the offer. The next publishing updates it.
    const kept = known ?? (offer && !offer.discountId ? firstOf(found) : undefined);
    if (offer && kept && !known) await noteDiscount(shop, offer.id, kept.id, null);
    for (const one of found) {
      if (one === kept || one.expired) continue;
      shop.log.warn({ discount: one.id, offer: offerId }, "a discount of ours that no offer knows is ended");
      await stopDiscount(admin, one);
      if (!offer) await keepLeftover(shop, one);
    }
  }
}

/** Stores the ended discount, so that the merchant is shown which discount customers had until now. */
const keepLeftover = (shop: Shop, { id, body }: Found): Promise<number> =>
  shop.db.tx((tx) =>
    tx.run(sql`
      insert into offer_leftover (shop_id, discount_id, title, ended_at)
      values (${shop.id}, ${id}, ${body.title ?? ""}, ${shop.now()}) on conflict do nothing`),
  );

const firstOf = (found: Found[]): Found | undefined => found.find(({ expired }) => !expired) ?? found[0];

async function endSegments(shop: Shop, admin: AdminApi): Promise<void> {
  const { app } = await readAppData(admin, "offers");
  const audiences = await shop.db.tx((tx) =>
    tx.rows<{ key: string; id: string | null }>(sql`
      select key, platform_segment_id as id from audience where shop_id = ${shop.id}`),
  );
  const all = await allNativeSegments(admin, app.slice(app.lastIndexOf("/") + 1));
  for (const [key, segments] of Map.groupBy(all, (one) => one.key)) {
    const audience = audiences.find((one) => one.key === key);
    const known = segments.find(({ id }) => id === audience?.id);
    const kept = known ?? (audience ? segments.at(-1) : undefined);
    if (audience && kept && !known)
      await shop.db.tx((tx) =>
        tx.run(sql`
          update audience set platform_segment_id = ${kept.id} where shop_id = ${shop.id} and key = ${key}`),
      );
    for (const one of segments) {
      if (one === kept) continue;
      shop.log.warn({ segment: one.id }, "a customer segment of ours that no offer knows is deleted");
      await removeNativeSegment(admin, one.id);
    }
  }
}
