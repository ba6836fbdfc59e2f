// Activity that names no customer, only an identifier: a customer's by the table identifier, or that of an order without a
// customer. An identifier that was seen with somebody else too tells nothing.
import { sql, type Sql } from "../../db.server.ts";

type People = { customerIds: readonly string[]; orderIds: readonly string[] };

/** Holds of the rows of the table activity that belong to these people. */
export function anonymousActivityOf(shopId: string, { customerIds, orderIds }: People): Sql {
  const theirs = [...customerIds];
  return sql`(customer_id is null and anonymous_id in (
    select i.kind || ':' || i.value from identifier i
    where i.shop_id = ${shopId} and i.customer_id = any(${theirs}::text[]) and not exists (
      select from identifier other where other.shop_id = ${shopId} and other.kind = i.kind and other.value = i.value
        and other.customer_id <> all(${theirs}::text[]))
    union all
    select 'checkout:' || o.checkout_token from shop_order o
    where o.shop_id = ${shopId} and o.id = any(${[...orderIds]}::text[]) and o.customer_id is null))`;
}
