// Which code each offer's discount had, from when to when. A code is written down before Shopify is asked for it, so that an
// order is understood although the answer was lost. Only the row of a code that Shopify refused is deleted.
import { sql } from "../../../db.server.ts";
import type { Shop } from "../../../shop.server.ts";

/**
 * Shopify compares codes without regard to case: two codes are the same where this is the same. SQL folds no code, since upper() and
 * lower() follow the database's locale and treat "ß" and "İ" otherwise than JavaScript does.
 */
export const foldedCode = (code: string): string => code.toUpperCase();

/** Whether the code is written down now; else the discount has it, or an answer was lost. */
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

/** Shopify refused the code: the discount never had it. */
export const dropCode = (shop: Shop, offerId: string, code: string): Promise<number> =>
  shop.db.tx((tx) =>
    tx.run(sql`
      delete from discount_code
      where shop_id = ${shop.id} and offer_id = ${offerId} and code = ${foldedCode(code)} and to_at is null`),
  );

/** The discount has this code now, and no other any more. Null: it has none, or it is gone. */
export const keepCode = (shop: Shop, offerId: string, code: string | null): Promise<number> =>
  shop.db.tx((tx) =>
    tx.run(sql`
      update discount_code set to_at = ${shop.now()}
      where shop_id = ${shop.id} and offer_id = ${offerId} and to_at is null
        and code is distinct from ${code === null ? null : foldedCode(code)}`),
  );
