// Joins browsers with customers. A browser is a customer's if the browser completed the checkout of the customer's order. Shopify
// documents that an order's checkout token joins the order with web pixels (Order.checkoutToken). The pixel sends no customer's id:
// anybody could send it, while nobody but the buyer knows the token of a checkout.
import { column } from "../../columns.ts";
import { sql, type Sql, type Tx } from "../../db.server.ts";
import { enqueue } from "../../queue.server.ts";
import type { Shop } from "../../shop.server.ts";
import { noteChanges } from "../facts/customer-changes.server.ts";
import { noteClients } from "../facts/people/identifiers.server.ts";
import { sharePeople } from "../facts/people/people-lock.server.ts";
import { redactedAmong } from "../facts/redaction/tombstones.server.ts";

type Joined = { client: string; token: string; account: string; customerId: string };

const DAY_MS = 86_400_000;
/** An order arrives within minutes of the checkout. After a long failure Shopify's webhooks come within a day. */
const WAITING_MS = 3 * DAY_MS;
const NEWEST = 10_000;

/** Whose checkouts are looked at: those of customers, those of checkout tokens, or the newest that wait. */
type Whose = { customers: readonly string[] } | { tokens: readonly string[] } | "newest";

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
 * row.
 */
export const joinWaiting = (shop: Shop): Promise<void> =>
  shop.db.tx(async (tx) => noteSeen(shop, tx, await joinVisitors(shop, tx, "newest")));

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

function ofWhom(shop: Shop, whose: Whose): Sql {
  if (whose === "newest")
    return sql`i.value in (select subject from activity where shop_id = ${shop.id} and kind = 'checkout.completed'
      and customer_id is null and at > ${since(shop)}::timestamptz order by at desc limit ${NEWEST})`;
  return "tokens" in whose
    ? sql`i.value = any(${whose.tokens}::text[])`
    : sql`i.customer_id = any(${whose.customers}::text[])`;
}

/**
 * A checkout has one browser: the first that names the checkout. A customer who opted out of the sale of data is joined with no
 * browser. The activity of each token is read by the token, since invented tokens may wait in any number.
 */
const findJoined = (shop: Shop, tx: Tx, whose: Whose): Promise<Joined[]> =>
  tx.rows<Joined>(sql`
    select distinct on (i.value) i.value as token, substr(a.anonymous_id, length('client:') + 1) as client, i.account,
      i.customer_id as "customerId"
    from identifier i cross join lateral (
      select anonymous_id from activity a
      where a.shop_id = ${shop.id} and a.subject = i.value and a.kind = 'checkout.completed' and a.customer_id is null
        and a.at > ${since(shop)}::timestamptz
      order by a.at, a.id limit 1) a
    where i.shop_id = ${shop.id} and i.kind = 'checkout' and ${ofWhom(shop, whose)}
      and not exists (select from identifier other where other.shop_id = ${shop.id} and other.kind = 'checkout'
        and other.value = i.value and other.customer_id <> i.customer_id)
      and not exists (select from customer c where c.shop_id = ${shop.id} and c.id = i.customer_id and c.data_sale_opt_out)
      and not exists (select from activity earlier where earlier.shop_id = ${shop.id} and earlier.kind = 'checkout.completed'
        and earlier.subject = i.value and earlier.customer_id is not null)
    order by i.value, i.account`);
