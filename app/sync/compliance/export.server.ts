// Exports a customer: all stored rows of the person, for the merchant to send.
import { empty, sql, type Sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import { anonymousActivityOf } from "../../customers/activity/whose.server.ts";
import { identifier, tablesWith } from "../../catalogue.server.ts";
import type { Held } from "./held.server.ts";

/** Rows by table, as they are stored. */
export type HeldData = Record<string, Record<string, unknown>[]>;
export type CustomerExport = { shop: string; customerId: string; exportedAt: string; data: HeldData };

/** Null where no data of the customer are stored. */
export async function exportCustomer(shop: Shop, customerId: string): Promise<CustomerExport | null> {
  const data = await exportHeld(shop, { customerIds: [customerId], orderIds: [] });
  return data && { shop: shop.domain, customerId, exportedAt: shop.now().toISOString(), data };
}

/** Reads the list of tables from PostgreSQL's catalogue, so that no table is forgotten. Null where no data are stored. */
export async function exportHeld(shop: Shop, held: Held): Promise<HeldData | null> {
  const data = await shop.db.tx(async (tx) => {
    const found: HeldData = {};
    for (const [table, which] of await rowsOfPerson(shop, tx, held)) {
      const rows = await tx.rows<{ row: Record<string, unknown> }>(
        sql`select to_jsonb(t) ${table === "membership" ? SEGMENT : empty} as row from ${identifier(table)} t where t.shop_id = ${shop.id} and ${which}`,
      );
      // The shop's id is not the person's data.
      if (rows.length > 0) found[table] = rows.map(({ row: { shop_id: _, ...rest } }) => rest);
    }
    return found;
  });
  return Object.keys(data).length === 0 ? null : data;
}

/** Adds the segment's name, since a segment's id means nothing to a person. */
const SEGMENT = sql`|| jsonb_build_object('segment', (
  select s.name from segment s where s.shop_id = t.shop_id and s.id = t.segment_id))`;

/** Each table with a condition on its rows `t` that are the person's. */
async function rowsOfPerson(shop: Shop, tx: Tx, { customerIds, orderIds }: Held): Promise<[string, Sql][]> {
  const theirs = sql`t.customer_id = any(${customerIds}::text[])`;
  const ofOrders = (column: Sql) => sql`${column} = any(${orderIds}::text[])`;
  const guestRows: Record<string, Sql> = {
    activity: anonymousActivityOf(shop.id, { customerIds, orderIds }),
    shop_order: ofOrders(sql`t.id`),
    line_item: ofOrders(sql`t.order_id`),
    order_discount: ofOrders(sql`t.order_id`),
    survey_response: ofOrders(sql`t.order_id`),
    answer: sql`t.response_id in (
      select r.id from survey_response r where r.shop_id = ${shop.id} and ${ofOrders(sql`r.order_id`)})`,
  };
  const own = sql`(t.id = any(${customerIds}::text[]) or t.merged_into = any(${customerIds}::text[]))`;
  const ofTheirOrders = sql`(${ofOrders(sql`t.order_id`)} or exists (
    select from shop_order o where o.shop_id = t.shop_id and o.id = t.order_id and o.customer_id = any(${customerIds}::text[])))`;
  return [
    ["customer", own],
    ...(await tablesWith(tx, "customer_id")).map((table): [string, Sql] => {
      const more = guestRows[table];
      return [table, more ? sql`(${theirs} or ${more})` : theirs];
    }),
    ...["refund", "order_metafield"].map((table): [string, Sql] => [table, ofTheirOrders]),
  ];
}
