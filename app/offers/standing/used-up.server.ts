// The offers whose code cannot be used any more, because orders have used it as often as the offer allows.
import { sql, type Sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";

/** Of the publication `p`. Null: the uses are not limited. */
const limit = sql`(p.resolved #>> '{discount,conditions,uses}')::int`;

/** Whether the offer of the publication `p` is used up. */
export const isUsedUp: Sql = sql`(${limit} is not null and ${limit} <= (
  select count(*) from api.redemptions r where r.shop_id = p.shop_id and r.offer_id = p.offer_id))`;

/** The number of uses that each used-up offer allowed, by the offer's id. */
export async function readUsedUp(shop: Shop, tx: Tx): Promise<Map<string, number>> {
  const rows = await tx.rows<{ id: string; uses: number }>(sql`
    select p.offer_id as id, ${limit} as uses from offer_publication p where p.shop_id = ${shop.id} and ${isUsedUp}`);
  return new Map(rows.map(({ id, uses }) => [id, uses]));
}
