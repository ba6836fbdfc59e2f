// Which code each offer's discount had, from when to when. Rows are never deleted. A code is written down before Shopify is
// asked for it, so that an order is understood although the answer was lost.
import { sql } from "../../../db.server.ts";
import type { Shop } from "../../../shop.server.ts";

/** The discount has this code now, and no other any more. Null: it has none, or it is gone. Shopify knows no capitals in codes. */
export const keepCode = (shop: Shop, offerId: string, code: string | null): Promise<void> =>
  shop.db.tx(async (tx) => {
    const now = shop.now();
    const asked = code?.toUpperCase() ?? null;
    await tx.run(sql`
      update discount_code set to_at = ${now}
      where shop_id = ${shop.id} and offer_id = ${offerId} and to_at is null and code is distinct from ${asked}`);
    if (asked === null) return;
    await tx.run(sql`
      insert into discount_code (shop_id, offer_id, code, from_at)
      select ${shop.id}, ${offerId}, ${asked}, ${now}::timestamptz where not exists (
        select from discount_code
        where shop_id = ${shop.id} and offer_id = ${offerId} and code = ${asked} and to_at is null)
      on conflict (shop_id, offer_id, code, from_at) do update set to_at = null`);
  });
