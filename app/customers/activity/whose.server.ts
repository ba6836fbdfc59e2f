// Finds the activity of people by an identifier, where a row of activity has no customer. The identifier belongs to a customer by
// the table identifier, or to an order without a customer. A browser may have completed a checkout and not be joined with a customer:
// the checkout's token says whose it is. An identifier that was seen with another customer too is not used.
import { sql, type Sql } from "../../db.server.ts";

type People = { customerIds: readonly string[]; orderIds: readonly string[] };

/** True of a row of the table activity that belongs to these people. */
export function anonymousActivityOf(shopId: string, { customerIds, orderIds }: People): Sql {
  const theirs = [...customerIds];
  return sql`(customer_id is null and anonymous_id in (
    select i.kind || ':' || i.value from identifier i
    where i.shop_id = ${shopId} and i.customer_id = any(${theirs}::text[]) and not exists (
      select from identifier other where other.shop_id = ${shopId} and other.kind = i.kind and other.value = i.value
        and other.customer_id <> all(${theirs}::text[]))
    union all
    select 'checkout:' || o.checkout_token from shop_order o
    where o.shop_id = ${shopId} and o.id = any(${[...orderIds]}::text[]) and o.customer_id is null
    union all
    select a.anonymous_id from activity a
    where a.shop_id = ${shopId} and a.kind = 'checkout.completed' and a.customer_id is null and a.subject in (
        select i.value from identifier i
        where i.shop_id = ${shopId} and i.kind = 'checkout' and i.customer_id = any(${theirs}::text[])
        union all
        select o.checkout_token from shop_order o
        where o.shop_id = ${shopId} and o.id = any(${[...orderIds]}::text[]) and o.customer_id is null)
      and not exists (select from identifier other where other.shop_id = ${shopId}
        and other.kind || ':' || other.value = a.anonymous_id and other.customer_id <> all(${theirs}::text[]))))`;
}
