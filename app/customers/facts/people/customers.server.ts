import { addChange } from "../../change.ts";
import { sql, type Tx } from "../../../db.server.ts";
import type { Shop } from "../../../shop.server.ts";
import { column } from "../../../columns.ts";
import { BY_VERSION, defineTable, upsert, type Table } from "../../../upsert.server.ts";
import { platformIdOf, type AddressRow, type CustomerRow, type Followed } from "../entities.ts";
import { appendEvents } from "../events.server.ts";
import type { Effects } from "../effects.ts";
import { newestById, tieOf, updatedAtOf } from "../version.ts";

/**
 * Writes whole customers by version. The customer inside an order is written only where no whole customer is stored. The event of
 * a merged customer is told of the customer who stays.
 */
export async function applyCustomers(
  shop: Shop,
  tx: Tx,
  { entities: { customers: rows }, into }: Followed,
  effects: Effects,
): Promise<void> {
  const whole = newestById(rows.filter(({ slim }) => !slim));
  const slim = newestById(rows.filter((row) => row.slim));
  const known = await knownCustomers(shop, tx, [...whole, ...slim]);
  const changed = await upsertCustomers(shop, tx, { table: CUSTOMER, newer: BY_VERSION }, whole);
  const filled = await upsertCustomers(shop, tx, { table: SLIM_CUSTOMER, newer: NEWER_SLIM }, slim);
  const winners = [...whole.filter(({ id }) => changed.has(id)), ...slim.filter(({ id }) => filled.has(id))];
  if (winners.length === 0) return;
  await replaceAddresses(shop, tx, winners);
  await appendEvents(
    shop,
    tx,
    effects,
    winners.flatMap(({ id, addedAt }) =>
      addedAt
        ? [
            {
              id: `customer/${id}/created`,
              customerId: into.get(id) ?? id,
              kind: "customer.created",
              at: addedAt,
              data: {},
            },
          ]
        : [],
    ),
  );
  for (const { id } of winners) {
    const cause = known.has(id) ? `customer/${id}` : "joined shop";
    addChange(effects.changes, id, "profile", cause);
    addChange(effects.changes, id, "addresses", cause);
  }
}

/** Returns the ids of the customers of whom more than the id is stored. */
async function knownCustomers(shop: Shop, tx: Tx, rows: readonly CustomerRow[]): Promise<ReadonlySet<string>> {
  if (rows.length === 0) return new Set();
  const known = await tx.rows<{ id: string }>(sql`
    select id from customer where shop_id = ${shop.id} and id = any(${column(rows, ({ id }) => id)}::text[])
      and (updated_at is not null or tie <> 0)`);
  return new Set(known.map(({ id }) => id));
}

const SLIM: Table<CustomerRow>["columns"] = {
  id: ["text", ({ id }) => id],
  platform_id: ["text", ({ id }) => platformIdOf(id)],
  first_name: ["text", ({ firstName }) => firstName],
  last_name: ["text", ({ lastName }) => lastName],
  email: ["text", ({ email }) => email],
  phone: ["text", ({ phone }) => phone],
  note: ["text", ({ note }) => note],
  account_status: ["text", ({ accountStatus }) => accountStatus?.toUpperCase()],
  verified_email: ["boolean", ({ verifiedEmail }) => verifiedEmail],
  added_at: ["timestamptz", ({ addedAt }) => addedAt, "kept"],
};

const CUSTOMER = defineTable<CustomerRow>("customer", ["id"], {
  ...SLIM,
  updated_at: ["timestamptz", updatedAtOf],
  tie: ["bigint", tieOf],
  locale: ["text", ({ locale }) => locale, "kept"],
  created_by_app_id: ["text", ({ createdByAppId }) => createdByAppId, "kept"],
  data_sale_opt_out: ["boolean", ({ dataSaleOptOut }) => dataSaleOptOut ?? false, "or"],
  rfm_group: ["text", ({ rfmGroup }) => rfmGroup, "kept"],
  rfm_at: ["timestamptz", ({ rfmGroup, seenAt }) => (rfmGroup ? seenAt : null), "kept"],
  predicted_spend_tier: ["text", ({ predictedSpendTier }) => predictedSpendTier, "kept"],
});

/** A stored customer without updated_at is known from orders only. The newest order wins: `tie` is that order's version. */
const SLIM_CUSTOMER = defineTable<CustomerRow>("customer", ["id"], {
  ...SLIM,
  tie: ["bigint", (row) => tieOf({ ...row, seenAt: updatedAtOf(row) })],
});

/** The tie is 0 where only the id of the customer is stored. */
const NEWER_SLIM = "held.updated_at is null and (held.tie = 0 or held.tie < excluded.tie)";

/** Returns the ids of the customers that were written. */
async function upsertCustomers(
  shop: Shop,
  tx: Tx,
  { table, newer }: { table: Table<CustomerRow>; newer: string },
  rows: CustomerRow[],
): Promise<Set<string>> {
  const won = await upsert<{ id: string }, CustomerRow>(tx, shop.id, table, rows, { newer, returning: "held.id" });
  return new Set(won.map(({ id }) => id));
}

/** Inserts customers of whom only the id is known: rows that refer to a customer then find the customer. */
export async function addStubs(shop: Shop, tx: Tx, ids: ReadonlySet<string>): Promise<void> {
  if (ids.size === 0) return;
  const sorted = [...ids].sort();
  await tx.run(sql`
    insert into customer (shop_id, id, platform_id)
    select ${shop.id}, id, platform_id
    from unnest(${column(sorted, (id) => id)}::text[], ${column(sorted, platformIdOf)}::text[]) as row (id, platform_id)
    on conflict do nothing`);
}

async function replaceAddresses(shop: Shop, tx: Tx, winners: CustomerRow[]): Promise<void> {
  const known = winners.flatMap(({ id, addresses }) => (addresses ? [{ id, addresses }] : []));
  if (known.length === 0) return;
  await tx.run(sql`
    delete from customer_address
    where shop_id = ${shop.id} and customer_id = any(${column(known, ({ id }) => id)}::text[])`);
  const rows = known.flatMap(({ id, addresses }) => addresses.map((address) => ({ customerId: id, address })));
  await upsert(tx, shop.id, ADDRESS, rows, { newer: "never" });
}

const ADDRESS = defineTable<{ customerId: string; address: AddressRow }>("customer_address", ["customer_id", "id"], {
  customer_id: ["text", ({ customerId }) => customerId],
  id: ["text", ({ address }) => address.id],
  first_name: ["text", ({ address }) => address.firstName],
  last_name: ["text", ({ address }) => address.lastName],
  address1: ["text", ({ address }) => address.address1],
  address2: ["text", ({ address }) => address.address2],
  city: ["text", ({ address }) => address.city],
  region_code: ["text", ({ address }) => address.regionCode],
  country_code: ["text", ({ address }) => address.countryCode],
  zip: ["text", ({ address }) => address.zip],
  phone: ["text", ({ address }) => address.phone],
  is_default: ["boolean", ({ address }) => address.isDefault],
});
