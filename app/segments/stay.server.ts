// Stays in segments, as pieces of one statement: who belongs is compared with who is in, and only differences are written.
// `wanted (segment, customer)` and `cause` are named by the statement around: one row for all, or one a customer.
import { type Sql, sql } from "../db.server.ts";
import type { Shop } from "../shop.server.ts";

type Compared = {
  now: string;
  /** Narrows the open stays that are compared. */
  scope: Sql;
  causes: "one" | "per customer";
};

export const differences = (shop: Shop, { now, scope, causes }: Compared): Sql => sql`
  closed as (
    update membership m set left_at = greatest(${now}::timestamptz, m.entered_at), left_cause = b.cause
    from cause b
    where m.shop_id = ${shop.id} and m.left_at is null and ${scope} and ${causeOf(causes, sql`m.customer_id`)}
      and not exists (select 1 from wanted w where w.segment = m.segment_id and w.customer = m.customer_id)
    returning m.segment_id, m.customer_id
  ),
  opened as (
    insert into membership (shop_id, segment_id, customer_id, entered_at, entered_cause)
    -- Clocks may step back: a stay never begins before the last one ended.
    select ${shop.id}, w.segment, w.customer,
      greatest(${now}::timestamptz, (select max(e.left_at) from membership e
        where e.shop_id = ${shop.id} and e.segment_id = w.segment and e.customer_id = w.customer)),
      b.cause
    from wanted w join cause b on ${causeOf(causes, sql`w.customer`)}
    where not exists (select 1 from membership o where o.shop_id = ${shop.id} and o.segment_id = w.segment
      and o.customer_id = w.customer and o.left_at is null)
    -- Only a stay that ended as it began stands in the way: it had no length, so going on with it changes no history.
    on conflict (shop_id, segment_id, customer_id, entered_at) do update set left_at = null, left_cause = null
    returning segment_id, customer_id
  )
  select segment_id as segment, customer_id as customer, true as entered from opened
  union all select segment_id, customer_id, false from closed`;

const causeOf = (causes: Compared["causes"], customer: Sql): Sql =>
  causes === "one" ? sql`true` : sql`b.customer = ${customer}`;
