// A plugin's own records. Each write is a short transaction of the plugin, in which the change is noted for segments. Merges move
// records; redaction and export cover records.
import { column } from "../../../columns.ts";
import { noteChanges } from "../../../customers/facts/customer-changes.server.ts";
import { redactedAmong } from "../../../customers/facts/redaction/tombstones.server.ts";
import { sql, type Sql, type Tx } from "../../../db.server.ts";
import { PluginMistake } from "../../../errors.ts";
import { enqueue } from "../../../queue.server.ts";
import type { Shop } from "../../../shop.server.ts";
import { noteAccess } from "./access.server.ts";
import { refuseCircle } from "./circles.ts";
import { coreOf } from "./own-transactions.server.ts";

export type PluginRecord<Data = Readonly<Record<string, unknown>>> = {
  key: string;
  /** The customer whom the record is about. A record of an unknown customer, such as a redacted one, is not stored. */
  customerId: string | null;
  data: Data;
};
type Given<Data> = Omit<PluginRecord<Data>, "customerId"> & { customerId?: string | null };

export type RecordsOf<Data> = {
  get(key: string): Promise<PluginRecord<Data> | null>;
  /** In the order of the keys, at most 1,000. `after`: the last key of the previous page. */
  list(asked?: { customerId?: string; after?: string }): Promise<PluginRecord<Data>[]>;
  /** Writes one record or many, all or none. A record with the same key is replaced. */
  put(records: Given<Data> | readonly Given<Data>[]): Promise<void>;
  delete(keys: string | readonly string[]): Promise<void>;
  /** Writes these records and deletes every other record of the kind. */
  replace(records: readonly Given<Data>[]): Promise<void>;
};

export type Records = <Data extends object = Record<string, unknown>>(kind: string) => RecordsOf<Data>;

const PAGE = 1000;
const AT_ONCE = 5000;
const MOST_BYTES = 64 * 1024;
const LONGEST_KEY = 255;

/** `shop`: the shop that the plugin got, whose transactions are the plugin's own. `depth`: of the event that is handled. */
export const recordsOf =
  (shop: Shop, plugin: string, depth = 0): Records =>
  <Data extends object>(kind: string): RecordsOf<Data> => {
    const here = sql`r.shop_id = ${shop.id} and r.plugin = ${plugin} and r.kind = ${kind}`;
    const read = (where = sql`true`, limit = PAGE) =>
      coreOf(shop).db.tx((tx) =>
        tx.rows<PluginRecord<Data>>(sql`select key, customer_id as "customerId", data from plugin_record r
          where ${here} and ${where} order by key limit ${limit}`),
      );
    const write = (work: (tx: Tx) => Promise<Changed>) =>
      coreOf(shop).db.tx(async (tx) => {
        const { records, customers } = await work(tx);
        if (records === 0) return;
        refuseCircle(depth, `writes records of the kind ${kind}`);
        await noteChanges(shop, tx, customers, `records:${plugin}/${kind}`, `plugin/${plugin}`, depth + 1);
        await noteAccess(shop, tx, { plugin, direction: "wrote", what: kind, rows: records });
        await enqueue("segments.refresh", { shop: shop.id }, tx);
      });
    const scope = { shop, plugin, kind, here };
    return {
      get: async (key) => (await read(sql`r.key = ${key}`, 1))[0] ?? null,
      list: ({ customerId, after = "" } = {}) =>
        read(sql`r.key > ${after} and ${customerId === undefined ? sql`true` : sql`r.customer_id = ${customerId}`}`),
      put: (records) => write((tx) => putAll(scope, tx, [records].flat())),
      delete: (keys) => write((tx) => remove(scope, tx, sql`r.key = any(${[keys].flat()}::text[])`)),
      replace: (records) =>
        write(async (tx) => {
          const keys = column(records, ({ key }) => key);
          // `put` first: it takes the people lock before it locks rows.
          const put = await putAll(scope, tx, records);
          return both(put, await remove(scope, tx, sql`r.key <> all(${keys}::text[])`));
        }),
    };
  };

type Scope = { shop: Shop; plugin: string; kind: string; here: Sql };

type Changed = { records: number; customers: string[] };

const both = (one: Changed, other: Changed): Changed => ({
  records: one.records + other.records,
  customers: [...new Set([...one.customers, ...other.customers])],
});

async function putAll(scope: Scope, tx: Tx, records: readonly Given<object>[]): Promise<Changed> {
  for (const record of records) checkRecord(record);
  const all = [...new Map(records.map((record) => [record.key, record])).values()];
  // All writers lock rows in the order of keys, so that two writers never deadlock.
  all.sort((one, other) => (one.key < other.key ? -1 : 1));
  let changed: Changed = { records: 0, customers: [] };
  for (let at = 0; at < all.length; at += AT_ONCE)
    changed = both(changed, await put(scope, tx, all.slice(at, at + AT_ONCE)));
  return changed;
}

/** The code of a plugin may have no types, or go around them. */
function checkRecord({ key, data }: Partial<Given<object>>): void {
  if (typeof key !== "string")
    throw new PluginMistake("it writes a record whose key is not a text: give a text, such as the order's id");
  if (typeof data !== "object" || data === null)
    throw new PluginMistake("it writes a record whose data is not an object: give { … }, or {} for none");
  const bytes = Buffer.byteLength(JSON.stringify(data));
  if (bytes > MOST_BYTES)
    throw new PluginMistake(
      `it writes a record of ${bytes} bytes, and a record has ${MOST_BYTES} at most: write several records`,
    );
  if (key.length > LONGEST_KEY)
    throw new PluginMistake(`it writes a record whose key has more than ${LONGEST_KEY} letters: use a shorter key`);
}

/** Writes the records that differ from the stored ones. Returns the customers who had a changed record before or have one now. */
async function put({ shop, plugin, kind, here }: Scope, tx: Tx, records: readonly Given<object>[]): Promise<Changed> {
  const keys = column(records, ({ key }) => key);
  // The people lock is taken before the rows are locked: a redaction takes the two in the same order.
  const customers = records.flatMap(({ customerId }) => customerId ?? []);
  const redacted = customers.length === 0 ? [] : [...(await redactedAmong(shop, tx, "customer", customers))];
  const was = await tx.rows<Row>(sql`select key, customer_id as "customerId" from plugin_record r
    where ${here} and r.key = any(${keys}::text[]) order by key for update`);
  const written = await tx.rows<Row>(sql`
    insert into plugin_record as r (shop_id, plugin, kind, key, customer_id, data, updated_at)
    select ${shop.id}, ${plugin}, ${kind}, g.key, coalesce(c.merged_into, c.id), g.data, ${shop.now()}::timestamptz
    from unnest(${keys}::text[], ${column(records, ({ customerId = null }) => customerId)}::text[],
      ${column(records, ({ data }) => JSON.stringify(data))}::jsonb[]) as g (key, customer_id, data)
    left join customer c on c.shop_id = ${shop.id} and c.id = g.customer_id
    where g.customer_id is null or c.id is not null and g.customer_id <> all(${redacted}::text[])
    on conflict (shop_id, plugin, kind, key) do update
    set customer_id = excluded.customer_id, data = excluded.data, updated_at = excluded.updated_at
    where (r.customer_id, r.data) is distinct from (excluded.customer_id, excluded.data)
    returning r.key, r.customer_id as "customerId"`);
  const changed = new Set(written.map(({ key }) => key));
  return changedBy([...written, ...was.filter(({ key }) => changed.has(key))]);
}

const remove = async ({ here }: Scope, tx: Tx, which: Sql): Promise<Changed> =>
  changedBy(
    await tx.rows<Row>(
      sql`delete from plugin_record r where ${here} and ${which} returning key, customer_id as "customerId"`,
    ),
  );

type Row = { key: string; customerId: string | null };

const changedBy = (rows: readonly Row[]): Changed => ({
  records: new Set(rows.map(({ key }) => key)).size,
  customers: [...new Set(rows.flatMap(({ customerId }) => customerId ?? []))],
});
