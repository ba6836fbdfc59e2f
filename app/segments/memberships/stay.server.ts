// Stays in segments, as pieces of one statement: who belongs is compared with who is in, and only differences are written.
// `wanted (segment, customer)` and `cause` are named by the statement around: one row for all, or one a customer.
import { type Sql, sql, trusted } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";

type Compared = {
  now: string;
  /** A few customers and many segments, each with a cause; or one segment and many customers with one cause. */
  kind: "batch" | "shop";
  /** Narrows the stays that are compared: given to every reading of them, since it is not seen through `wanted`. */
  scope: (segmentId: Sql, customerId: Sql) => Sql;
};

export function differences(shop: Shop, { now, kind, scope }: Compared): Sql {
  const stays = (alias: string): Sql => {
    const column = (name: string) => trusted(`${alias}.${name}`);
    return sql`${column("shop_id")} = ${shop.id} and ${scope(column("segment_id"), column("customer_id"))}`;
  };
  const of = (customer: Sql): Sql => (kind === "batch" ? sql`b.customer = ${customer}` : sql`true`);
  // A batch probes, a whole shop is read once.
  const before =
    kind === "batch"
      ? sql`cross join lateral (select max(e.left_at) as ended from membership e
          where e.shop_id = ${shop.id} and e.segment_id = w.segment and e.customer_id = w.customer) last`
      : sql`left join (select e.customer_id, max(e.left_at) as ended from membership e
          where ${stays("e")} group by e.customer_id) last on last.customer_id = w.customer`;
  return sql`
    closed as (
      update membership m set left_at = greatest(${now}::timestamptz, m.entered_at), left_cause = b.cause
      from cause b
      where ${stays("m")} and m.left_at is null and ${of(sql`m.customer_id`)}
        and not exists (select 1 from wanted w where w.segment = m.segment_id and w.customer = m.customer_id)
      returning m.segment_id, m.customer_id
    ),
    opened as (
      insert into membership (shop_id, segment_id, customer_id, entered_at, entered_cause)
      -- Clocks may step back: a stay never begins before the last one ended.
      select ${shop.id}, w.segment, w.customer, greatest(${now}::timestamptz, last.ended), b.cause
      from wanted w join cause b on ${of(sql`w.customer`)} ${before}
      where not exists (select 1 from membership o
        where ${stays("o")} and o.segment_id = w.segment and o.customer_id = w.customer and o.left_at is null)
      -- Only a stay that ended as it began stands in the way: it had no length, so going on with it changes no history.
      on conflict (shop_id, segment_id, customer_id, entered_at) do update set left_at = null, left_cause = null
      returning segment_id, customer_id
    )
    select segment_id as segment, customer_id as customer, true as entered from opened
    union all select segment_id, customer_id, false from closed`;
}
