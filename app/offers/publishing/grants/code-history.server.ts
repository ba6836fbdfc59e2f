// The table discount_code: which code each offer's discount had, and when. A code is stored before the app sends it to Shopify,
// so that an order can be matched even if Shopify's answer is lost. A row is deleted only if Shopify refuses its code.
import { foldedCode } from "../../../customers/facts/orders/discounts.ts";
import { sql } from "../../../db.server.ts";
import type { Shop } from "../../../shop.server.ts";

/** Stores the code. False: it is stored already, because the discount has it or an answer was lost. */
export const claimCode = (shop: Shop, offerId: string, code: string): Promise<boolean> =>
  shop.db.tx(async (tx) => {
    const fresh = await tx.run(sql`
      insert into discount_code (shop_id, offer_id, code, from_at)
      select ${shop.id}, ${offerId}, ${foldedCode(code)}, ${shop.now()}::timestamptz where not exists (
        select from discount_code
        where shop_id = ${shop.id} and offer_id = ${offerId} and code = ${foldedCode(code)} and to_at is null)
      on conflict (shop_id, offer_id, code, from_at) do update set to_at = null`);
    return fresh > 0;
  });

/** Deletes a code that Shopify refused: the discount never had it. */
export const dropCode = (shop: Shop, offerId: string, code: string): Promise<number> =>
  shop.db.tx((tx) =>
    tx.run(sql`
      delete from discount_code
      where shop_id = ${shop.id} and offer_id = ${offerId} and code = ${foldedCode(code)} and to_at is null`),
  );

/** Ends the rows of all other codes: the discount has `code` now. Null: the discount has no code, or is deleted. */
export const keepCode = (shop: Shop, offerId: string, code: string | null): Promise<number> =>
  shop.db.tx((tx) =>
    tx.run(sql`
      update discount_code set to_at = ${shop.now()}
      where shop_id = ${shop.id} and offer_id = ${offerId} and to_at is null
        and code is distinct from ${code === null ? null : foldedCode(code)}`),
  );
