// Stays in segments, as pieces of one statement: who belongs is compared with who is in, and only differences are written.
// The statement around names `wanted (segment, customer)`, and what `causesOf` makes.
import { type Sql, sql, trusted } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import type { Instant } from "../../instant.ts";

/** Why stays begin and end: one cause for all customers, or one each for those who ask the same. */
export type StayCause = {
  /** Of those segments that share the cause. */
  group: string;
  /** Null: whoever it is. */
  customer: string | null;
  cause: string;
  /** When it became so. */
  at: Instant;
  /** An order is among the changes: it was not surely so before the customer's last order. */
  byOrder: boolean;
};

type Segment = { id: string; version: number; group: string };

/** `asked (segment, version, own)` and `cause (own, customer, cause, at, by_order)`. */
export const causesOf = (segments: readonly Segment[], causes: readonly StayCause[]): Sql => sql`
  asked as materialized (
    select * from unnest(${segments.map(({ id }) => id)}::text[], ${segments.map(({ version }) => version)}::int[],
      ${segments.map(({ group }) => group)}::text[]) as a(segment, version, own)
  ),
  cause as materialized (
    select * from unnest(${causes.map(({ group }) => group)}::text[], ${causes.map(({ customer }) => customer)}::text[],
      ${causes.map(({ cause }) => cause)}::text[], ${causes.map(({ at }) => at.toISOString())}::timestamptz[],
      ${causes.map(({ byOrder }) => byOrder)}::boolean[]) as b(own, customer, cause, at, by_order)
  )`;

type Compared = {
  now: Instant;
  /** A few customers, who are looked up; or the whole shop, which is read once. */
  kind: "batch" | "shop";
  /** Narrows the stays that are compared: given to every reading of them, since it is not seen through `wanted`. */
  scope: (segmentId: Sql, customerId: Sql) => Sql;
  /** Leaves alone whoever entered or left later than this: it is older than what is known of them. */
  upTo?: Instant;
};

/**
 * Writes the differences and selects them as moves. A stay begins when it became so, and not before the last one ended; it
 * ends when it ceased to be so, and not before it began.
 */
export function differences(shop: Shop, { now: at, kind, scope, upTo }: Compared): Sql {
  const now = sql`${at.toISOString()}::timestamptz`;
  const stays = (alias: string): Sql => {
    const column = (name: string) => trusted(`${alias}.${name}`);
    return sql`${column("shop_id")} = ${shop.id} and ${scope(column("segment_id"), column("customer_id"))}`;
  };
  const known = (instant: Sql): Sql =>
    upTo ? sql`coalesce(${instant} <= ${upTo.toISOString()}::timestamptz, true)` : sql`true`;
  const of = (customer: Sql): Sql => sql`(b.customer is null or b.customer = ${customer})`;
  const became = (customer: Sql): Sql => sql`least(${now}, greatest(b.at, case when b.by_order then (
    select c.last_order_at from customer c where c.shop_id = ${shop.id} and c.id = ${customer}) end))`;
  const before =
    kind === "batch"
      ? sql`cross join lateral (select max(e.left_at) as ended from membership e
          where e.shop_id = ${shop.id} and e.segment_id = w.segment and e.customer_id = w.customer) last`
      : sql`left join (select e.customer_id, max(e.left_at) as ended from membership e
          where ${stays("e")} group by e.customer_id) last on last.customer_id = w.customer`;
  // Looked up for those who leave, and not joined with all who are in.
  const why = (column: Sql): Sql => sql`(
    select ${column} from asked a join cause b on b.own = a.own and ${of(sql`m.customer_id`)} where a.segment = m.segment_id)`;
  return sql`
    closed as (
      update membership m set left_at = greatest(${why(became(sql`m.customer_id`))}, m.entered_at),
        left_recorded_at = ${now}, left_version = ${why(sql`a.version`)}, left_cause = ${why(sql`b.cause`)}
      where ${stays("m")} and m.left_at is null and ${known(sql`m.entered_at`)}
        and not exists (select 1 from wanted w where w.segment = m.segment_id and w.customer = m.customer_id)
      returning m.segment_id, m.customer_id, m.left_version, m.left_at, m.left_cause
    ),
    entering as materialized (
      select w.segment, w.customer, last.ended from wanted w ${before}
      where ${known(sql`last.ended`)} and not exists (select 1 from membership o
        where ${stays("o")} and o.segment_id = w.segment and o.customer_id = w.customer and o.left_at is null)
    ),
    opened as (
      insert into membership
        (shop_id, segment_id, customer_id, entered_at, entered_recorded_at, entered_version, entered_cause)
      select ${shop.id}, e.segment, e.customer, greatest(${became(sql`e.customer`)}, e.ended), ${now}, a.version, b.cause
      from entering e join asked a on a.segment = e.segment join cause b on b.own = a.own and ${of(sql`e.customer`)}
      -- Only a stay that ended as it began stands in the way: it had no length, so going on with it changes no history.
      on conflict (shop_id, segment_id, customer_id, entered_at)
      do update set left_at = null, left_recorded_at = null, left_version = null, left_cause = null
      returning segment_id, customer_id, entered_version, entered_at, entered_cause
    )
    select segment_id as segment, entered_version as version, customer_id as customer, true as entered, entered_at as at,
      entered_cause as cause from opened
    union all select segment_id, left_version, customer_id, false, left_at, left_cause from closed`;
}
