// Which customer an id stands for now. A page may hold an id long after the customer was merged or redacted.
import { sql, type Tx } from "../../../db.server.ts";
import type { Shop } from "../../../shop.server.ts";
import { hasTombstone } from "./tombstones.server.ts";

/** Returns the customer who stays, where the customer was merged. Null: the customer was redacted, and nothing may name the customer. The caller shares the people's lock. */
export async function presentCustomer(shop: Pick<Shop, "id">, tx: Tx, id: string): Promise<string | null> {
  const [merged] = await tx.rows<{ into: string | null }>(
    sql`select merged_into as into from customer where shop_id = ${shop.id} and id = ${id}`,
  );
  const present = merged?.into ?? id;
  return (await hasTombstone(shop, tx, "customer", present)) ? null : present;
}
