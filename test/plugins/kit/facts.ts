// A few customers with facts of every kind, and a change of each kind of fact, to test which facts an attribute reads.
import { empty, sql, trusted, type Sql } from "../../../app/db.server.ts";
import type { Metafield, Plugin } from "../../../app/plugins/plugin.ts";
import {
  isFunction,
  type Attribute,
  type AttributeFunction,
  type Window,
} from "../../../app/segments/attribute.server.ts";
import type { Shop } from "../../../app/shop.server.ts";

/** The statements that change a kind of fact. `times`: the number of earlier changes, so that each change writes another value. */
type Change = (shopId: string, times: number) => Sql[];
export type Facts = Record<string, Change>;

export const plantPeople = (shop: Shop, plugin: Plugin) =>
  shop.db.tx(async (tx) => {
    await tx.run(sql`insert into customer (shop_id, id, first_name, email, number_of_orders, amount_spent, tags, added_at)
      values (${shop.id}, '1', 'Asha', 'one@example.com', 2, 300, '{vip}', now() - interval '300 days'),
        (${shop.id}, '2', 'Bob', 'two@example.com', 0, 0, '{}', now())`);
    await tx.run(sql`insert into shop_order (shop_id, id, customer_id, currency, presentment_currency, total, ordered_at)
      select ${shop.id}, 'o' || n, '1', 'GBP', 'GBP', 150, now() - n * interval '90 days' from generate_series(1, 2) n`);
    await tx.run(sql`insert into product (shop_id, id, title, tags) values (${shop.id}, 'p', 'Tea', '{green}')`);
    await tx.run(sql`insert into line_item (shop_id, order_id, id, customer_id, product_id, title, quantity, price, ordered_at)
      select shop_id, id, 'l', customer_id, 'p', 'Tea', 1, 150, ordered_at from shop_order where shop_id = ${shop.id}`);
    for (const statement of metafieldsOf(plugin)(shop.id, 0)) await tx.run(statement);
  });

const flip = (times: number, one: string, other: string) => (times % 2 === 0 ? one : other);

const CHANGES: Facts = {
  profile: (id, times) => [
    sql`update customer set first_name = reverse(first_name), note = ${`new ${times}`}, locale = ${flip(times, "fr", "de")},
      account_status = ${flip(times, "enabled", "disabled")}, rfm_group = ${flip(times, "LOYAL", "NEW")} where shop_id = ${id}`,
  ],
  addresses: (id, times) => [
    sql`insert into customer_address (shop_id, customer_id, id, city, country_code)
      values (${id}, '1', ${`a${times}`}, 'Leeds', 'GB'), (${id}, '2', ${`a${times}`}, 'York', 'GB')`,
  ],
  tags: (id, times) => [sql`update customer set tags = array_append(tags, ${`new ${times}`}) where shop_id = ${id}`],
  consent: (id, times) => [
    sql`update customer set email_subscription_status = ${flip(times, "SUBSCRIBED", "UNSUBSCRIBED")},
      sms_subscription_status = ${flip(times, "SUBSCRIBED", "UNSUBSCRIBED")} where shop_id = ${id}`,
  ],
  // Each customer gets one more order, and one earlier order becomes a test order.
  orders: (id, times) => [
    sql`insert into shop_order (shop_id, id, customer_id, currency, presentment_currency, total, ordered_at)
      select ${id}, ${`n${times}`} || c.id, c.id, 'GBP', 'GBP', 900, now() from customer c where c.shop_id = ${id}`,
    sql`update customer set number_of_orders = number_of_orders + 1, amount_spent = amount_spent + 900, last_order_at = now()
      where shop_id = ${id}`,
    sql`update shop_order set test = not test where shop_id = ${id} and id = 'o1'`,
    sql`update line_item set counts = not counts where shop_id = ${id} and order_id = 'o1'`,
  ],
  products: (id, times) => [
    sql`update product set title = ${`Tea ${times}`}, tags = array_append(tags, ${`new ${times}`}), vendor = ${`v${times}`},
      product_type = ${`t${times}`} where shop_id = ${id}`,
  ],
  answers: (id, times) => [
    sql`insert into survey_response (shop_id, id, survey_id, version, surface, started_at)
      select ${id}, ${`r${times}`} || c.id, 's', 1, 'storefront', now() from customer c where c.shop_id = ${id}`,
    sql`insert into answer (shop_id, response_id, question, position, survey, customer_id, value_text, at)
      select ${id}, ${`r${times}`} || c.id, 'q', 1, 's', c.id, 'yes', now() from customer c where c.shop_id = ${id}`,
  ],
};

/** The changes for this plugin: its declared metafields are changed too. */
export const factsOf = (plugin: Plugin): Facts => ({ ...CHANGES, metafields: metafieldsOf(plugin) });

const OWNER = { customer: ["1", "2"], order: ["o1", "o2"], product: ["p"] };

const metafieldsOf =
  ({ metafields = [] }: Plugin): Change =>
  (shopId, times) =>
    metafields.flatMap((metafield) =>
      OWNER[metafield.owner].map((owner) => {
        const id = trusted(`${metafield.owner}_id`);
        return sql`insert into ${trusted(`${metafield.owner}_metafield`)} (shop_id, ${id}, namespace, key, type, value, updated_at)
          values (${shopId}, ${owner}, ${metafield.namespace}, ${metafield.key}, ${metafield.type}, ${valueFor(metafield, times)}, now())
          on conflict (shop_id, ${id}, namespace, key) do update set value = excluded.value`;
      }),
    );

function valueFor({ type }: Metafield, times: number): string {
  if (type.startsWith("list.")) return JSON.stringify([valueFor({ type: type.slice(5) } as Metafield, times)]);
  if (type === "date") return `1990-05-${String(10 + (times % 18))}`;
  if (type === "date_time") return `1990-05-${String(10 + (times % 18))}T10:00:00Z`;
  if (type === "boolean") return String(times % 2 === 0);
  if (type.startsWith("number_")) return String(times);
  return type === "json" ? JSON.stringify({ times }) : `text ${times}`;
}

const changed = new Map<string, number>();

export async function changeFacts(shop: Shop, facts: Facts, fact: string): Promise<void> {
  const key = `${shop.id} ${fact}`;
  const times = (changed.get(key) ?? 0) + 1;
  changed.set(key, times);
  await shop.db.tx(async (tx) => {
    for (const statement of facts[fact]?.(shop.id, times) ?? []) await tx.run(statement);
  });
}

const none = Object.assign(() => sql`true`, { given: () => false });

/** The attribute's SQL. For a function: whether the function matches without any parameter. */
function writtenSql(shop: Shop, entry: Attribute | AttributeFunction, now = shop.now()): Sql {
  const moment = { now, timeZone: shop.timeZone };
  return isFunction(entry) ? entry.sql(none, moment) : entry.sql(moment);
}

/** SQL for the attribute's value of each customer. */
export const valueOf = (shop: Shop, entry: Attribute | AttributeFunction, now?: Date): Sql =>
  sql`select c.id, (${writtenSql(shop, entry, now)})::text as value from customer c where c.shop_id = ${shop.id} order by 1`;

/** PostgreSQL's name of the type that the attribute's SQL gives. */
export async function sqlTypeOf(shop: Shop, entry: Attribute | AttributeFunction): Promise<string> {
  const [row] = await shop.db.tx((tx) =>
    tx.rows<{ type: string }>(sql`select pg_typeof(${writtenSql(shop, entry)})::text as type
      from customer c where c.shop_id = ${shop.id} limit 1`),
  );
  return row?.type ?? "unknown";
}

export const valuesOf = (shop: Shop, entry: Attribute | AttributeFunction, now?: Date) =>
  shop.db.tx((tx) => tx.rows<{ id: string; value: string | null }>(valueOf(shop, entry, now)));

const SEVERAL_ROWS = "21000";
class Undone extends Error {}

/** Fails if the attribute's SQL gives several rows for a customer with two records of each kind that the plugin's attributes read. */
export async function readWithTwoRecords(shop: Shop, entry: Attribute | AttributeFunction, plugin: Plugin) {
  const kinds = Object.values(plugin.attributes ?? {}).flatMap(({ reads }) =>
    reads.flatMap((read) => (read.startsWith("records:") ? read.slice("records:".length) : [])),
  );
  const tried = shop.db.tx(async (tx) => {
    await tx.run(sql`insert into plugin_record (shop_id, plugin, kind, key, customer_id, data, updated_at)
      select ${shop.id}, ${plugin.name}, kind, kind || at, '1', '{}', now()
      from unnest(${[...new Set(kinds)]}::text[]) kind, generate_series(1, 2) at`);
    // The records are empty, so SQL that needs their data may fail otherwise.
    await tx.rows(valueOf(shop, entry)).catch((error: Error & { code?: string }) => {
      if (error.code === SEVERAL_ROWS) throw error;
    });
    throw new Undone();
  });
  await tried.catch((error: unknown) => {
    if (!(error instanceof Undone)) throw error;
  });
}

/** The customers whose value, according to the attribute's `flips`, time alone may change. */
export const flippedBy = async (shop: Shop, { flips }: Attribute, window: Window): Promise<string[]> => {
  const which = typeof flips === "function" ? sql`and (${flips(window)})` : empty;
  const rows = await shop.db.tx((tx) =>
    tx.rows<{ id: string }>(sql`select c.id from customer c where c.shop_id = ${shop.id} ${which}`),
  );
  return rows.map(({ id }) => id);
};
