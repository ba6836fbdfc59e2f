// Joins browsers with customers. A browser is a customer's if the browser completed the checkout of the customer's order. Shopify
// documents that an order's checkout token joins the order with web pixels (Order.checkoutToken). The pixel sends no customer's id:
// anybody could send it, while nobody but the buyer knows the token of a checkout.
import { column } from "../../columns.ts";
import { sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import { noteClients } from "../facts/people/identifiers.server.ts";
import { sharePeople } from "../facts/people/people-lock.server.ts";

type Joined = { client: string; token: string; account: string; customerId: string };

const DAY_MS = 86_400_000;
/** An order arrives within minutes of the checkout. After a long failure Shopify's webhooks come within a day. */
const WAITING_MS = 3 * DAY_MS;

/** Joins the browsers whose completed checkout belongs to an order that is known now. Returns the customers. */
export async function joinVisitors(shop: Shop, tx: Tx): Promise<string[]> {
  if ((await findJoined(shop, tx)).length === 0) return [];
  await sharePeople(tx, shop.id);
  const joined = await findJoined(shop, tx);
  await noteClients(shop, tx, joined);
  await tx.run(sql`
    update activity a set customer_id = joined.customer_id
    from unnest(${column(joined, ({ token }) => token)}::text[], ${column(joined, ({ client }) => `client:${client}`)}::text[],
      ${column(joined, ({ customerId }) => customerId)}::text[]) as joined (token, client, customer_id)
    where a.shop_id = ${shop.id} and a.kind = 'checkout.completed' and a.subject = joined.token and a.anonymous_id = joined.client`);
  return [...new Set(joined.map(({ customerId }) => customerId))];
}

/**
 * A checkout has one browser: the first that names the checkout. A customer who opted out of the sale of data is joined with no
 * browser.
 */
const findJoined = (shop: Shop, tx: Tx): Promise<Joined[]> =>
  tx.rows<Joined>(sql`
    select distinct on (a.subject) a.subject as token, substr(a.anonymous_id, length('client:') + 1) as client, i.account,
      i.customer_id as "customerId"
    from activity a join identifier i on i.shop_id = a.shop_id and i.kind = 'checkout' and i.value = a.subject
    where a.shop_id = ${shop.id} and a.kind = 'checkout.completed' and a.customer_id is null
      and a.at > ${new Date(shop.now().getTime() - WAITING_MS)}::timestamptz
      and not exists (select from identifier other where other.shop_id = ${shop.id} and other.kind = 'checkout'
        and other.value = a.subject and other.customer_id <> i.customer_id)
      and not exists (select from customer c where c.shop_id = ${shop.id} and c.id = i.customer_id and c.data_sale_opt_out)
      and not exists (select from activity earlier where earlier.shop_id = ${shop.id} and earlier.kind = 'checkout.completed'
        and earlier.subject = a.subject and earlier.customer_id is not null)
    order by a.subject, a.at, a.id`);
