// One turn of one shop: rows of its inbox taken, applied and settled in one transaction.
import { wake } from "../clock.server.ts";
import { forShop } from "../db.server.ts";
import { openShop } from "../shop.server.ts";
import { lockApply } from "../customers/facts/apply.server.ts";
import { forgetMarks, openRows, settleRows, takeRows } from "../sync/inbox/turn.server.ts";
import { applyBatch, type ApplyOptions } from "./pipeline.server.ts";

/** `busy`: another process has this shop's turn. */
export type Turn = { taken: number; more: boolean; handling: number } | "busy";

/**
 * `marks` were read before: those, and no others, are taken away when nothing waits any more. A mark and its rows are
 * committed together, but not in the order of their numbers, so a mark that was not seen may stand for rows not seen.
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
