import { openStay } from "./open-stay.server.ts";
import { livingCustomer } from "./living.server.ts";
import { UserError } from "../errors.ts";
import { empty, sql, type Sql } from "../db.server.ts";
import { readWithin } from "../timed-read.server.ts";
import type { Shop } from "../shop.server.ts";
import { searched } from "./search.server.ts";
import type { Instant } from "../instant.ts";

export type CustomerLine = {
  id: string;
  firstName: string | null;
  lastName: string | null;
  email: string | null;
  numberOfOrders: number;
  amountSpent: string;
  lastOrderAt: Instant | null;
  rfmGroup: string | null;
  /** When an import last read the group from Shopify. Null: unknown. */
  rfmAt: Instant | null;
  /** The merchant's segments that the customer is in, sorted by name. */
  segments: { id: string; name: string }[];
};

export type CustomerPage = { customers: CustomerLine[]; total: number; page: number; pages: number };

const SORTS = {
  "last_order-desc": sql`c.last_order_at desc nulls last`,
  "spent-desc": sql`c.amount_spent desc`,
  "orders-desc": sql`c.number_of_orders desc`,
  "added-desc": sql`c.added_at desc nulls last`,
  "name-asc": sql`lower(c.last_name) nulls last, lower(c.first_name) nulls last`,
};
export type CustomerSort = keyof typeof SORTS;
export const customerSorts = Object.keys(SORTS) as CustomerSort[];

const PAGE = 50;
const TIMEOUT_MS = 5000;

const line = sql`c.id, c.first_name as "firstName", c.last_name as "lastName", c.email, c.number_of_orders as "numberOfOrders",
  c.amount_spent::text as "amountSpent", c.last_order_at as "lastOrderAt", c.rfm_group as "rfmGroup", c.rfm_at as "rfmAt"`;

const ofMerchant = sql`s.archived_at is null and s.origin = 'merchant'`;

const segmentsOf = sql`(
  select coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'name', s.name) order by s.name), '[]')
  from membership m join segment s on s.shop_id = m.shop_id and s.id = m.segment_id
  where m.shop_id = c.shop_id and m.customer_id = c.id and ${openStay} and ${ofMerchant}) as segments`;

const membersOf = (segment: string): Sql => sql`and exists (
  select 1 from membership m where m.shop_id = c.shop_id and m.segment_id = ${segment} and m.customer_id = c.id and ${openStay})`;

export type CustomerAsk = {
  search: string;
  sort: CustomerSort;
  page: number;
  /** Narrows the list to the members of a segment. */
  segment: string | null;
  /** A condition on `c` that replaces the search, where the search is a segment query. */
  within: Sql | null;
};

/** Null: the query took longer than `timeoutMs`. */
export async function listCustomers(
  shop: Shop,
  ask: CustomerAsk,
  timeoutMs = TIMEOUT_MS,
): Promise<CustomerPage | null> {
  const where = sql`c.shop_id = ${shop.id} and ${livingCustomer}
    ${ask.segment ? membersOf(ask.segment) : empty} ${ask.within ? sql`and ${ask.within}` : searched(ask.search)}`;
  return readWithin(shop, { timeoutMs, what: "list" }, async (tx) => {
    const [counted] = await tx.rows<{ total: number }>(
      sql`select count(*)::int as total from customer c where ${where}`,
    );
    const total = counted?.total ?? 0;
    const pages = Math.max(1, Math.ceil(total / PAGE));
    const page = Math.min(Math.max(1, ask.page), pages);
    const customers = await tx.rows<CustomerLine>(sql`
      select ${line}, ${segmentsOf} from customer c where ${where} order by ${SORTS[ask.sort]}, c.id limit ${PAGE} offset ${(page - 1) * PAGE}`);
    return { customers, total, page, pages };
  });
}

export type Profile = Omit<CustomerLine, "segments"> & {
  /** The number in Shopify. Null: the customer comes from another source. */
  platformId: string | null;
  tags: string[];
  phone: string | null;
  locale: string | null;
  note: string | null;
  addedAt: Instant | null;
  firstOrderAt: Instant | null;
  emailSubscriptionStatus: string;
  smsSubscriptionStatus: string;
  /** Shopify's own totals, where they differ from ours. `currency` undefined: the shop's currency. */
  gap: { orders: number; spent: string; currency?: string } | null;
  /** Number of orders that amountSpent leaves out, because no rate into the shop's currency is known. */
  uncountedOrders: number;
  /** Median of days between two orders. Null: fewer than two orders. */
  usualGapDays: number | null;
  /** The default address first. */
  addresses: Record<"address1" | "address2" | "city" | "regionCode" | "zip" | "countryCode", string | null>[];
  segments: { id: string; name: string; enteredAt: Instant; cause: string }[];
};

type ProfileRow = Omit<Profile, "gap" | "addresses" | "segments" | "usualGapDays"> & {
  platformOrders: number | null;
  platformSpent: string | null;
  platformCurrency: string | null;
  differs: boolean;
};

/** Throws UserError when this shop has no such customer. */
export async function readProfile(shop: Shop, id: string): Promise<Profile> {
  return shop.db.tx(async (tx) => {
    const own = sql`shop_id = ${shop.id} and customer_id = ${id}`;
    const [row] = await tx.rows<ProfileRow>(sql`
      select ${line}, c.platform_id as "platformId", c.tags, c.phone, c.locale, c.note, c.added_at as "addedAt", c.first_order_at as "firstOrderAt",
        c.email_subscription_status as "emailSubscriptionStatus", c.sms_subscription_status as "smsSubscriptionStatus",
        c.platform_orders as "platformOrders", c.platform_spent::text as "platformSpent",
        c.platform_currency as "platformCurrency", c.uncounted_orders as "uncountedOrders",
        (c.platform_orders is distinct from c.number_of_orders or c.platform_spent is distinct from c.amount_spent) as differs
      from customer c where c.shop_id = ${shop.id} and c.id = ${id} and c.deleted_at is null`);
    if (!row) throw new UserError("customers.missing");
    const addresses = await tx.rows<Profile["addresses"][number]>(sql`
      select address1, address2, city, region_code as "regionCode", zip, country_code as "countryCode" from customer_address where ${own} order by is_default desc, id`);
    const segments = await tx.rows<Profile["segments"][number]>(sql`
      select s.id, s.name, m.entered_at as "enteredAt", m.entered_cause as cause
      from membership m join segment s on s.shop_id = m.shop_id and s.id = m.segment_id
      where m.shop_id = ${shop.id} and m.customer_id = ${id} and ${openStay} and ${ofMerchant}
      order by s.name`);
    const [between] = await tx.rows<{ days: number | null }>(sql`
      select percentile_cont(0.5) within group (order by days) as days from (
        select extract(epoch from ordered_at - lag(ordered_at) over (order by ordered_at)) / 86400 as days
        from shop_order where ${own} and counts) gaps`);
    const { platformOrders, platformSpent, platformCurrency, differs, ...profile } = row;
    const gap =
      differs && platformOrders !== null && platformSpent !== null
        ? { orders: platformOrders, spent: platformSpent, ...(platformCurrency && { currency: platformCurrency }) }
        : null;
    return { ...profile, gap, addresses, segments, usualGapDays: between?.days ?? null };
  });
}
