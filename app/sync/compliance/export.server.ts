// customers/data_request: everything that is held of one customer, as the merchant hands it on.
import { sql } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import { tableName, tablesWith } from "./catalogue.server.ts";

export type CustomerExport = {
  shop: string;
  customerId: string;
  exportedAt: string;
  /** Rows by table, as they are stored. */
  data: Record<string, Record<string, unknown>[]>;
};

/** Tables are found in the catalogue, so that nothing is forgotten. Null when nothing is held of her. */
export async function exportCustomer(shop: Shop, customerId: string): Promise<CustomerExport | null> {
  const data = await shop.db.tx(async (tx) => {
    const found: CustomerExport["data"] = {};
    const add = (table: string, rows: { row: Record<string, unknown> }[]) => {
      // The shop's id on every row says nothing of her.
      if (rows.length > 0) found[table] = rows.map(({ row: { shop_id: _, ...rest } }) => rest);
    };
    add(
      "customer",
      await tx.rows(
        sql`select to_jsonb(t) as row from customer t where shop_id = ${shop.id} and (id = ${customerId} or merged_into = ${customerId})`,
      ),
    );
    for (const table of await tablesWith(tx, "customer_id")) {
      add(
        table,
        await tx.rows(
          sql`select to_jsonb(t) as row from ${tableName(table)} t where shop_id = ${shop.id} and customer_id = ${customerId}`,
        ),
      );
    }
    add(
      "refund",
      await tx.rows(sql`
        select to_jsonb(t) as row from refund t join shop_order o on o.shop_id = t.shop_id and o.id = t.order_id
        where t.shop_id = ${shop.id} and o.customer_id = ${customerId}`),
    );
    return found;
  });
  if (Object.keys(data).length === 0) return null;
  return { shop: shop.domain, customerId, exportedAt: shop.now().toISOString(), data };
}
