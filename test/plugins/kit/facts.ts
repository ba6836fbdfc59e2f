// A few customers with facts of every kind, and a change of each kind: what an attribute may read, and must say that it does.
import { sql } from "../../../app/db.server.ts";
import type { Attribute, AttributeFunction } from "../../../app/segments/attribute.server.ts";
import { isFunction } from "../../../app/segments/attribute.server.ts";
import type { Reads } from "../../../app/customers/change.ts";
import type { Shop } from "../../../app/shop.server.ts";

type Fact = Extract<Reads, "profile" | "addresses" | "tags" | "consent" | "orders" | "answers" | "metafields">;
export const FACTS: readonly Fact[] = ["profile", "addresses", "tags", "consent", "orders", "answers", "metafields"];

export const plantPeople = (shop: Shop) =>
  shop.db.tx(async (tx) => {
    await tx.run(sql`insert into customer (shop_id, id, first_name, email, number_of_orders, amount_spent, tags, added_at)
      values (${shop.id}, '1', 'Asha', 'one@example.com', 2, 300, '{vip}', now() - interval '300 days'),
        (${shop.id}, '2', 'Bob', 'two@example.com', 0, 0, '{}', now())`);
    await tx.run(sql`insert into shop_order (shop_id, id, customer_id, currency, presentment_currency, total, ordered_at)
      select ${shop.id}, 'o' || n, '1', 'GBP', 'GBP', 150, now() - n * interval '90 days' from generate_series(1, 2) n`);
  });

const CHANGES: Record<Fact, (shop: Shop) => ReturnType<typeof sql>> = {
  profile: ({ id }) => sql`update customer set first_name = reverse(first_name), note = 'new', locale = 'fr',
    account_status = 'enabled', rfm_group = 'LOYAL' where shop_id = ${id}`,
  addresses: ({ id }) => sql`insert into customer_address (shop_id, customer_id, id, city, country_code)
    values (${id}, '1', 'a', 'Leeds', 'GB'), (${id}, '2', 'a', 'York', 'GB') on conflict do nothing`,
  tags: ({ id }) => sql`update customer set tags = array_append(tags, 'new') where shop_id = ${id}`,
  consent: ({ id }) => sql`update customer set email_subscription_status = 'SUBSCRIBED',
    sms_subscription_status = 'SUBSCRIBED' where shop_id = ${id}`,
  orders: ({ id }) => sql`with added as (
      insert into shop_order (shop_id, id, customer_id, currency, presentment_currency, total, ordered_at)
      select ${id}, 'n' || c.id, c.id, 'GBP', 'GBP', 900, now() from customer c where c.shop_id = ${id}
      on conflict do nothing returning customer_id)
    update customer set number_of_orders = number_of_orders + 1, amount_spent = amount_spent + 900, last_order_at = now()
    where shop_id = ${id}`,
  metafields: ({
    id,
  }) => sql`insert into customer_metafield (shop_id, customer_id, namespace, key, type, value, updated_at)
    select ${id}, '1', 'facts', key, 'date', '1990-05-14', now() from unnest(array['birth_date', 'first_visit']) key
    on conflict do nothing`,
  answers: ({
    id,
  }) => sql`insert into answer (shop_id, response_id, question, position, survey, customer_id, value_text, at)
    select ${id}, 'r' || c.id, 'q', 1, 's', c.id, 'yes', now() from customer c where c.shop_id = ${id} on conflict do nothing`,
};

export const changeFacts = (shop: Shop, fact: Fact) => shop.db.tx((tx) => tx.run(CHANGES[fact](shop)));

const none = Object.assign(() => sql`true`, { given: () => false });

/** The attribute's value of each customer; of a function whether it finds anything at all. */
export const valuesOf = (shop: Shop, entry: Attribute | AttributeFunction, now = shop.now()) => {
  const moment = { now, timeZone: shop.timeZone };
  const value = isFunction(entry) ? entry.sql(none, moment) : entry.sql(moment);
  return shop.db.tx((tx) =>
    tx.rows<{ id: string; value: string | null }>(
      sql`select c.id, (${value})::text as value from customer c where c.shop_id = ${shop.id} order by 1`,
    ),
  );
};
