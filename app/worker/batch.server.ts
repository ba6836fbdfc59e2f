// One turn of a shop: takes rows of the shop's inbox, applies them and settles them, in one transaction.
import { wake } from "../clock.server.ts";
import { forShop } from "../db.server.ts";
import { openShop } from "../shop.server.ts";
import { lockApply } from "../customers/facts/apply.server.ts";
import { forgetMarks, openRows, settleRows, takeRows } from "../sync/inbox/turn.server.ts";
import { applyBatch, type ApplyOptions } from "./pipeline.server.ts";

/** `busy`: another process has the shop's turn. `handling`: rows whose reactions are still to run. */
export type Turn = { taken: number; more: boolean; handling: number } | "busy";

/**
 * `marks`: ids of the shop's marks, read before the turn. They are deleted when no row waits any more. Other marks stay: their rows
 * may have been committed after the turn read the inbox, since commits do not follow the order of ids.
 */
export async function takeTurn(
  shopId: string,
  marks: readonly string[],
  { most, ...options }: { most?: number } & ApplyOptions = {},
): Promise<Turn> {
  const shop = await openShop(shopId);
  return forShop(shopId).tx(async (tx) => {
    if (!(await lockApply({ id: shopId }, tx))) return "busy";
    const rows = await takeRows(shopId, tx, most);
    if (rows.length > 0) {
      const outcome = await applyBatch(shopId, shop, tx, rows, options);
      await settleRows(shopId, tx, rows, outcome);
      await wake(shopId, tx);
    }
    const left = await openRows(shopId, tx);
    if (left.waiting + left.handling === 0) await forgetMarks(tx, marks);
    return { taken: rows.length, more: left.waiting > 0, handling: left.handling };
  });
}
