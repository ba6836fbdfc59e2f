import { sql, type Sql, type Tx } from "../../../db.server.ts";
import type { Shop } from "../../../shop.server.ts";

/** Whether data of a customer were erased since then, so that figures from then on lack what the customer did. `since`: an instant. */
export async function erasedSince(shop: Pick<Shop, "id">, tx: Tx, since: Sql): Promise<boolean> {
  const rows = await tx.rows(sql`select from tombstone where shop_id = ${shop.id} and at >= ${since} limit 1`);
  return rows.length > 0;
}
