// Finds the stored customers and orders that a data request is about: by the customer's id, else by the e-mail, the phone and the
// orders that the request names.
import { sql, type Tx } from "../../db.server.ts";
import type { Subject } from "../../customers/facts/redaction/person.server.ts";

/** The ledger's evidence of an answered data request. `orderIds`: the person's orders that belong to no customer. */
export type Held = { customerIds: string[]; orderIds: string[] };

type Row = { id: string };

export async function findHeld(tx: Tx, shopId: string, { customerId, email, phone, orderIds }: Subject): Promise<Held> {
  const ofPerson = sql`(lower(email) = lower(${email}::text) or digits.of_phone = regexp_replace(${phone}::text, '[^0-9]', '', 'g'))`;
  const digits = sql`cross join lateral (select nullif(regexp_replace(phone, '[^0-9]', '', 'g'), '') as of_phone) digits`;
  // The data of a merged customer belong to the customer who was kept.
  const known = await tx.rows<Row>(sql`
    select coalesce(merged_into, id) as id from customer where shop_id = ${shopId} and id = ${customerId}::text`);
  const customers =
    known.length > 0
      ? known
      : await tx.rows<Row>(sql`
          select distinct coalesce(merged_into, id) as id from customer ${digits}
          where shop_id = ${shopId} and (${ofPerson} or id in (
            select customer_id from shop_order where shop_id = ${shopId} and id = any(${orderIds}::text[])))
          order by 1`);
  const orders = await tx.rows<Row>(sql`
    select id from shop_order ${digits} where shop_id = ${shopId} and customer_id is null
      and (${ofPerson} or id = any(${orderIds}::text[])) order by shop_order.id`);
  return { customerIds: customers.map(({ id }) => id), orderIds: orders.map(({ id }) => id) };
}

export const isNothing = ({ customerIds, orderIds }: Held): boolean => customerIds.length + orderIds.length === 0;
