// Joins browsers with customers. A browser is a customer's if the browser completed the checkout of the customer's order. Shopify
// documents that an order's checkout token joins the order with web pixels (Order.checkoutToken). The pixel sends no customer's id:
// anybody could send it, while nobody but the buyer knows the token of a checkout.
import { column } from "../../columns.ts";
import { sql, type Sql, type Tx } from "../../db.server.ts";
import { enqueue } from "../../queue.server.ts";
import type { Shop } from "../../shop.server.ts";
import { waitForApply } from "../facts/apply.server.ts";
import { noteChanges } from "../facts/customer-changes.server.ts";
import { noteClients } from "../facts/people/identifiers.server.ts";
import { sharePeople } from "../facts/people/people-lock.server.ts";
import { redactedAmong } from "../facts/redaction/tombstones.server.ts";

type Joined = { client: string; token: string; account: string; customerId: string };

const DAY_MS = 86_400_000;
/** An order arrives within minutes of the checkout. After a long failure Shopify's webhooks come within a day. */
const WAITING_MS = 3 * DAY_MS;

/** Whose checkouts are looked at: those of customers, those of checkout tokens, or those of recent orders. */
type Whose = { customers: readonly string[] } | { tokens: readonly string[] } | "recent";

/** Joins the browsers whose completed checkout belongs to an order that is known now. Returns the customers. */
export async function joinVisitors(shop: Shop, tx: Tx, whose: Whose): Promise<string[]> {
  if (!(await someWait(shop, tx)) || (await findJoined(shop, tx, whose)).length === 0) return [];
  await sharePeople(tx, shop.id);
  const found = await findJoined(shop, tx, whose);
  // While a customer is erased, the customer's identifiers may be there still.
  const ids = found.map(({ customerId }) => customerId);
  const redacted = await redactedAmong(shop, tx, "customer", ids);
  const joined = found.filter(({ customerId }) => !redacted.has(customerId));
  await noteClients(shop, tx, joined);
  await tx.run(sql`
    update activity a set customer_id = joined.customer_id
    from unnest(${column(joined, ({ token }) => token)}::text[], ${column(joined, ({ client }) => `client:${client}`)}::text[],
      ${column(joined, ({ customerId }) => customerId)}::text[]) as joined (token, client, customer_id)
    where a.shop_id = ${shop.id} and a.kind = 'checkout.completed' and a.subject = joined.token and a.anonymous_id = joined.client`);
  return [...new Set(joined.map(({ customerId }) => customerId))];
}

/**
 * Joins the browsers whose event and order were stored at the same moment, by two transactions of which neither saw the other's
 * row. The lock waits for a batch that stores orders now.
 */
export const joinWaiting = (shop: Shop): Promise<void> =>
  shop.db.tx(async (tx) => {
    await waitForApply(shop, tx);
    await noteSeen(shop, tx, await joinVisitors(shop, tx, "recent"));
  });

/** Segments follow what the customers saw. */
export async function noteSeen(shop: Shop, tx: Tx, customers: readonly string[]): Promise<void> {
  if (customers.length === 0) return;
  await noteChanges(shop, tx, [...new Set(customers)].sort(), "activity", "offer seen");
  await enqueue("segments.refresh", { shop: shop.id }, tx);
}

const since = (shop: Shop) => new Date(shop.now().getTime() - WAITING_MS);

/** Whether a completed checkout waits for its order. In a shop without a pixel none does, and the answer costs a look at an index. */
async function someWait(shop: Shop, tx: Tx): Promise<boolean> {
  const [row] = await tx.rows<{ waits: boolean }>(sql`
    select exists (select from activity where shop_id = ${shop.id} and kind = 'checkout.completed' and customer_id is null
      and at > ${since(shop)}::timestamptz) as waits`);
  return row?.waits ?? false;
}

/** The checkouts that are looked at. Each key is read by an index, since a shop has far more checkouts than keys. */
function checkoutsOf(shop: Shop, whose: Whose): Sql {
  const [keys, isOfKey] =
    whose === "recent"
      ? [
          sql`(select checkout_token from shop_order where shop_id = ${shop.id} and ordered_at > ${since(shop)}::timestamptz)`,
          sql`value = key.id`,
        ]
      : "tokens" in whose
        ? [sql`unnest(${whose.tokens}::text[])`, sql`value = key.id`]
        : [sql`unnest(${whose.customers}::text[])`, sql`customer_id = key.id`];
  return sql`${keys} as key (id) cross join lateral (
    select value, account, customer_id from identifier where shop_id = ${shop.id} and kind = 'checkout' and ${isOfKey} offset 0) i`;
}

/**
 * A checkout has one browser: the first that names the checkout. A customer who opted out of the sale of data is joined with no
 * browser. The activity of each token is read by the token, since invented tokens may wait in any number. `offset 0` keeps PostgreSQL
 * from reading whole tables at once: most often few of many checkouts have a browser that waits.
 */
const findJoined = (shop: Shop, tx: Tx, whose: Whose): Promise<Joined[]> =>
  tx.rows<Joined>(sql`
    with waiting as materialized (
      select i.*, a.anonymous_id from ${checkoutsOf(shop, whose)} cross join lateral (
        select anonymous_id from activity a
        where a.shop_id = ${shop.id} and a.subject = i.value and a.kind = 'checkout.completed' and a.customer_id is null
          and a.at > ${since(shop)}::timestamptz
        order by a.at, a.id limit 1) a)
    select distinct on (w.value) w.value as token, substr(w.anonymous_id, length('client:') + 1) as client, w.account,
      w.customer_id as "customerId"
    from waiting w
    where not exists (select from identifier other where other.shop_id = ${shop.id} and other.kind = 'checkout'
        and other.value = w.value and other.customer_id <> w.customer_id offset 0)
      and not exists (select from customer c where c.shop_id = ${shop.id} and c.id = w.customer_id and c.data_sale_opt_out offset 0)
      and not exists (select from activity earlier where earlier.shop_id = ${shop.id} and earlier.kind = 'checkout.completed'
        and earlier.subject = w.value and earlier.customer_id is not null offset 0)
    order by w.value, w.account`);
