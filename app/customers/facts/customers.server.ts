import { addChange, type Changes } from "../change.ts";
import { sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import { column } from "../../columns.ts";
import type { AddressRow, CustomerRow } from "./entities.ts";
import { appendEvents } from "./events.server.ts";
import { newestById, tieOf, updatedAtOf } from "./version.ts";

/** Whole customers by version; customers inside orders only where nothing better is known. */
export async function applyCustomers(
  shop: Shop,
  tx: Tx,
  rows: readonly CustomerRow[],
  changes: Changes,
): Promise<void> {
  const whole = newestById(rows.filter(({ slim }) => !slim));
  const slim = newestById(rows.filter((row) => row.slim));
  const changed = new Set<string>();
  if (whole.length > 0) for (const id of await upsertWhole(shop, tx, whole)) changed.add(id);
  const filled = slim.length > 0 ? new Set(await upsertSlim(shop, tx, slim)) : new Set<string>();
  const winners = [...whole.filter(({ id }) => changed.has(id)), ...slim.filter(({ id }) => filled.has(id))];
  if (winners.length === 0) return;
  await replaceAddresses(shop, tx, winners);
  await appendEvents(
    shop,
    tx,
    winners.flatMap(({ id, addedAt }) =>
      addedAt
        ? [{ id: `customer/${id}/created`, customerId: id, kind: "customer.created", at: addedAt, data: {} }]
        : [],
    ),
  );
  for (const { id } of winners) {
    addChange(changes, id, "profile", `customer/${id}`);
    addChange(changes, id, "addresses", `customer/${id}`);
  }
}

/** Ids of those whose row is now this one. */
async function upsertWhole(shop: Shop, tx: Tx, rows: CustomerRow[]): Promise<string[]> {
  const won = await tx.rows<{ id: string }>(sql`
    insert into customer as c (shop_id, id, platform_id, first_name, last_name, email, phone, note, account_status,
      verified_email, added_at, updated_at, tie, locale, created_by_app_id, data_sale_opt_out, rfm_group, predicted_spend_tier)
    select ${shop.id}, id, id, first_name, last_name, email, phone, note, account_status, verified_email, added_at,
      updated_at, tie, locale, app, coalesce(opted_out, false), rfm, tier
    from unnest(${column(rows, (row) => row.id)}::text[], ${column(rows, (row) => row.firstName)}::text[],
      ${column(rows, (row) => row.lastName)}::text[], ${column(rows, (row) => row.email)}::text[],
      ${column(rows, (row) => row.phone)}::text[], ${column(rows, (row) => row.note)}::text[],
      ${column(rows, (row) => row.accountStatus?.toUpperCase())}::text[],
      ${column(rows, (row) => row.verifiedEmail)}::boolean[], ${column(rows, (row) => row.addedAt)}::timestamptz[],
      ${column(rows, updatedAtOf)}::timestamptz[], ${column(rows, tieOf)}::bigint[],
      ${column(rows, (row) => row.locale)}::text[], ${column(rows, (row) => row.createdByAppId)}::text[],
      ${column(rows, (row) => row.dataSaleOptOut)}::boolean[], ${column(rows, (row) => row.rfmGroup)}::text[],
      ${column(rows, (row) => row.predictedSpendTier)}::text[])
      as row (id, first_name, last_name, email, phone, note, account_status, verified_email, added_at, updated_at, tie,
        locale, app, opted_out, rfm, tier)
    on conflict (shop_id, id) do update set
      first_name = excluded.first_name, last_name = excluded.last_name, email = excluded.email, phone = excluded.phone,
      note = excluded.note, account_status = excluded.account_status, verified_email = excluded.verified_email,
      added_at = coalesce(excluded.added_at, c.added_at), updated_at = excluded.updated_at, tie = excluded.tie,
      locale = coalesce(excluded.locale, c.locale), created_by_app_id = coalesce(excluded.created_by_app_id, c.created_by_app_id),
      data_sale_opt_out = c.data_sale_opt_out or excluded.data_sale_opt_out,
      rfm_group = coalesce(excluded.rfm_group, c.rfm_group),
      predicted_spend_tier = coalesce(excluded.predicted_spend_tier, c.predicted_spend_tier)
    where c.updated_at is null or (c.updated_at, c.tie) < (excluded.updated_at, excluded.tie)
    returning c.id`);
  return won.map(({ id }) => id);
}

/** A customer without updated_at is known from orders only: the newest order's word counts, tie being its version. */
async function upsertSlim(shop: Shop, tx: Tx, rows: CustomerRow[]): Promise<string[]> {
  const tie = (row: CustomerRow) => tieOf({ ...row, seenAt: updatedAtOf(row) });
  const won = await tx.rows<{ id: string }>(sql`
    insert into customer as c (shop_id, id, platform_id, first_name, last_name, email, phone, note, account_status,
      verified_email, added_at, tie)
    select ${shop.id}, id, id, first_name, last_name, email, phone, note, account_status, verified_email, added_at, tie
    from unnest(${column(rows, (row) => row.id)}::text[], ${column(rows, (row) => row.firstName)}::text[],
      ${column(rows, (row) => row.lastName)}::text[], ${column(rows, (row) => row.email)}::text[],
      ${column(rows, (row) => row.phone)}::text[], ${column(rows, (row) => row.note)}::text[],
      ${column(rows, (row) => row.accountStatus)}::text[], ${column(rows, (row) => row.verifiedEmail)}::boolean[],
      ${column(rows, (row) => row.addedAt)}::timestamptz[], ${column(rows, tie)}::bigint[])
      as row (id, first_name, last_name, email, phone, note, account_status, verified_email, added_at, tie)
    on conflict (shop_id, id) do update set
      first_name = excluded.first_name, last_name = excluded.last_name, email = excluded.email, phone = excluded.phone,
      note = excluded.note, account_status = excluded.account_status, verified_email = excluded.verified_email,
      added_at = coalesce(excluded.added_at, c.added_at), tie = excluded.tie
    where c.updated_at is null and c.tie < excluded.tie
    returning c.id`);
  return won.map(({ id }) => id);
}

/** Customers of whom only the id is known, so that what points to them finds them. */
export async function addStubs(shop: Shop, tx: Tx, ids: ReadonlySet<string>): Promise<void> {
  if (ids.size === 0) return;
  await tx.run(sql`
    insert into customer (shop_id, id, platform_id)
    select ${shop.id}, id, id from unnest(${column([...ids].sort(), (id) => id)}::text[]) as row (id)
    on conflict do nothing`);
}

async function replaceAddresses(shop: Shop, tx: Tx, winners: CustomerRow[]): Promise<void> {
  const known = winners.flatMap(({ id, addresses }) => (addresses ? [{ id, addresses }] : []));
  if (known.length === 0) return;
  await tx.run(sql`
    delete from customer_address
    where shop_id = ${shop.id} and customer_id = any(${column(known, ({ id }) => id)}::text[])`);
  const rows = known.flatMap(({ id, addresses }) => addresses.map((address) => ({ customerId: id, address })));
  const text = (pick: (address: AddressRow) => string | null) => column(rows, ({ address }) => pick(address));
  if (rows.length === 0) return;
  await tx.run(sql`
    insert into customer_address (shop_id, customer_id, id, first_name, last_name, address1, address2, city, region_code,
      country_code, zip, phone, is_default)
    select ${shop.id}, row.* from unnest(${column(rows, ({ customerId }) => customerId)}::text[],
      ${text(({ id }) => id)}::text[], ${text(({ firstName }) => firstName)}::text[],
      ${text(({ lastName }) => lastName)}::text[], ${text(({ address1 }) => address1)}::text[],
      ${text(({ address2 }) => address2)}::text[], ${text(({ city }) => city)}::text[],
      ${text(({ regionCode }) => regionCode)}::text[], ${text(({ countryCode }) => countryCode)}::text[],
      ${text(({ zip }) => zip)}::text[], ${text(({ phone }) => phone)}::text[],
      ${column(rows, ({ address }) => address.isDefault)}::boolean[]) as row
    on conflict do nothing`);
}
