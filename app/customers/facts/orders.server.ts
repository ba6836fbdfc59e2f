import { addChange } from "../change.ts";
import { sql, type Tx } from "../../db.server.ts";
import type { DomainEvent } from "../../outbox.server.ts";
import type { Shop } from "../../shop.server.ts";
import { column, listOf } from "../../columns.ts";
import type { OrderRow } from "./entities.ts";
import { appendEvents, followEvents, withdrawEvents } from "./events.server.ts";
import type { News } from "./news.ts";
import { replaceLineItems, type WonOrder } from "./line-items.server.ts";
import { newestById, tieOf, updatedAtOf } from "./version.ts";

type Won = { id: string; deletedAt: Date | null; isNew: boolean; before: string | null };

/** An order's date is processed_at, else created_at. */
export const orderedAtOf = (row: OrderRow): string => row.processedAt ?? row.createdAt ?? updatedAtOf(row);

/** Returns the ids of those that were not held before. */
export async function applyOrders(
  shop: Shop,
  tx: Tx,
  rows: readonly OrderRow[],
  news: News,
): Promise<readonly string[]> {
  if (rows.length === 0) return [];
  const newest = newestById(rows);
  const won = new Map((await upsertOrders(shop, tx, newest)).map((each) => [each.id, each]));
  const winners = newest.flatMap((row): WonOrder[] => {
    const one = won.get(row.id);
    return one ? [{ row, orderedAt: orderedAtOf(row), deletedAt: one.deletedAt, isNew: one.isNew }] : [];
  });
  if (winners.length === 0) return [];
  await replaceLineItems(shop, tx, winners);
  const [known, fresh] = [winners.filter(({ isNew }) => !isNew), winners.filter(({ isNew }) => isNew)];
  await appendEvents(shop, tx, news, fresh.flatMap(eventsOf));
  await followEvents(shop, tx, news, known.flatMap(eventsOf));
  const nobodys = known.filter(({ row }) => !isSomebodys(row));
  await withdrawEvents(
    shop,
    tx,
    nobodys.flatMap(({ row }) => eventIds(row.id)),
  );
  for (const { row } of winners) {
    const before = won.get(row.id)?.before;
    if (row.customerId) addChange(news.changes, row.customerId, "orders", `order/${row.id}/placed`);
    if (before && before !== row.customerId) addChange(news.changes, before, "orders", `order/${row.id}/placed`);
  }
  return winners.flatMap(({ row, isNew }) => (isNew ? row.id : []));
}

async function upsertOrders(shop: Shop, tx: Tx, rows: OrderRow[]): Promise<Won[]> {
  const text = (pick: (row: OrderRow) => string | null) => column(rows, pick);
  // Two statements, under the shop's apply lock: on a cluster a read beside an insert in one statement sees what it wrote.
  const known = await tx.rows<{ id: string; customerId: string | null }>(sql`
    select id, customer_id as "customerId" from shop_order
    where shop_id = ${shop.id} and id = any(${text(({ id }) => id)}::text[])`);
  const buyers = new Map(known.map(({ id, customerId }) => [id, customerId]));
  const won = await tx.rows<{ id: string; deletedAt: Date | null }>(sql`
    insert into shop_order as o (shop_id, id, platform_id, customer_id, name, email, phone, source_name, app_id,
      location_id, landing_site, referring_site, discount_codes, note_attributes, note, tags, customer_locale,
      checkout_token, cart_token, financial_status, fulfillment_status, currency, presentment_currency, subtotal,
      discounts, shipping, tax, total, current_total, presentment_total, presentment_subtotal, presentment_discounts,
      presentment_shipping, presentment_tax, test, ordered_at, processed_at, created_at, cancelled_at, cancel_reason,
      updated_at, tie)
    select ${shop.id}, id, id, customer_id, name, email, phone, source_name, app_id, location_id, landing_site,
      referring_site, discount_codes, note_attributes, note, tags::text[], customer_locale, checkout_token, cart_token,
      financial_status, fulfillment_status, currency, presentment_currency, subtotal, discounts, shipping, tax, total,
      current_total, presentment_total, presentment_subtotal, presentment_discounts, presentment_shipping, presentment_tax, test,
      ordered_at, processed_at, created_at, cancelled_at, cancel_reason, updated_at, tie
    from unnest(${text(({ id }) => id)}::text[], ${text(({ customerId }) => customerId)}::text[],
      ${text(({ name }) => name)}::text[], ${text(({ email }) => email)}::text[], ${text(({ phone }) => phone)}::text[],
      ${text(({ sourceName }) => sourceName)}::text[], ${text(({ appId }) => appId)}::text[],
      ${text(({ locationId }) => locationId)}::text[], ${text(({ landingSite }) => landingSite)}::text[],
      ${text(({ referringSite }) => referringSite)}::text[],
      ${text(({ discountCodes }) => JSON.stringify(discountCodes))}::jsonb[],
      ${text(({ noteAttributes }) => JSON.stringify(noteAttributes))}::jsonb[], ${text(({ note }) => note)}::text[],
      ${text(({ tags }) => listOf(tags))}::text[], ${text(({ customerLocale }) => customerLocale)}::text[],
      ${text(({ checkoutToken }) => checkoutToken)}::text[], ${text(({ cartToken }) => cartToken)}::text[],
      ${text(({ financialStatus }) => financialStatus?.toUpperCase() ?? null)}::text[],
      ${text(({ fulfillmentStatus }) => fulfillmentStatus?.toUpperCase() ?? null)}::text[],
      ${text(({ currency }) => currency)}::text[], ${text(({ presentmentCurrency }) => presentmentCurrency)}::text[],
      ${text(({ subtotal }) => subtotal)}::numeric[], ${text(({ discounts }) => discounts)}::numeric[],
      ${text(({ shipping }) => shipping)}::numeric[], ${text(({ tax }) => tax)}::numeric[],
      ${text(({ total }) => total)}::numeric[], ${text(({ currentTotal }) => currentTotal ?? null)}::numeric[],
      ${text(({ presentmentTotal }) => presentmentTotal)}::numeric[],
      ${text(({ presentmentSubtotal }) => presentmentSubtotal ?? null)}::numeric[],
      ${text(({ presentmentDiscounts }) => presentmentDiscounts ?? null)}::numeric[],
      ${text(({ presentmentShipping }) => presentmentShipping ?? null)}::numeric[],
      ${text(({ presentmentTax }) => presentmentTax ?? null)}::numeric[],
      ${column(rows, ({ test }) => test)}::boolean[], ${text(orderedAtOf)}::timestamptz[],
      ${text(({ processedAt }) => processedAt)}::timestamptz[], ${text(({ createdAt }) => createdAt)}::timestamptz[],
      ${text(({ cancelledAt }) => cancelledAt)}::timestamptz[],
      ${text(({ cancelReason }) => cancelReason?.toUpperCase() ?? null)}::text[], ${text(updatedAtOf)}::timestamptz[],
      ${text(tieOf)}::bigint[])
      as row (id, customer_id, name, email, phone, source_name, app_id, location_id, landing_site, referring_site,
        discount_codes, note_attributes, note, tags, customer_locale, checkout_token, cart_token, financial_status,
        fulfillment_status, currency, presentment_currency, subtotal, discounts, shipping, tax, total,
        current_total, presentment_total, presentment_subtotal, presentment_discounts, presentment_shipping, presentment_tax, test,
        ordered_at, processed_at, created_at, cancelled_at, cancel_reason, updated_at, tie)
    on conflict (shop_id, id) do update set customer_id = excluded.customer_id, name = excluded.name,
      email = excluded.email, phone = excluded.phone, source_name = excluded.source_name, app_id = excluded.app_id,
      location_id = excluded.location_id, landing_site = excluded.landing_site, referring_site = excluded.referring_site,
      discount_codes = excluded.discount_codes, note_attributes = excluded.note_attributes, note = excluded.note,
      tags = excluded.tags, customer_locale = excluded.customer_locale, checkout_token = excluded.checkout_token,
      cart_token = excluded.cart_token, financial_status = excluded.financial_status,
      fulfillment_status = excluded.fulfillment_status, currency = excluded.currency,
      presentment_currency = excluded.presentment_currency, subtotal = excluded.subtotal,
      discounts = excluded.discounts, shipping = excluded.shipping, tax = excluded.tax, total = excluded.total,
      current_total = excluded.current_total,
      presentment_total = excluded.presentment_total, presentment_subtotal = excluded.presentment_subtotal,
      presentment_discounts = excluded.presentment_discounts, presentment_shipping = excluded.presentment_shipping,
      presentment_tax = excluded.presentment_tax, test = excluded.test, ordered_at = excluded.ordered_at,
      processed_at = excluded.processed_at, created_at = excluded.created_at, cancelled_at = excluded.cancelled_at,
      cancel_reason = excluded.cancel_reason, updated_at = excluded.updated_at, tie = excluded.tie
    where o.updated_at is null or (o.updated_at, o.tie) < (excluded.updated_at, excluded.tie)
    returning o.id, o.deleted_at as "deletedAt"`);
  return won.map((one) => ({ ...one, isNew: !buyers.has(one.id), before: buyers.get(one.id) ?? null }));
}

const eventIds = (id: string) => [`order/${id}/placed`, `order/${id}/cancelled`, `order/${id}/deleted`];

/** What nobody did, and what was only tried, is on nobody's timeline. */
const isSomebodys = ({ customerId, test }: OrderRow): boolean => customerId !== null && !test;

function eventsOf({ row, orderedAt, deletedAt }: WonOrder): DomainEvent[] {
  if (!isSomebodys(row)) return [];
  const event = (what: "placed" | "cancelled" | "deleted", at: string): DomainEvent => ({
    id: `order/${row.id}/${what}`,
    customerId: row.customerId,
    kind: `order.${what}`,
    at,
    data: { order: row.id },
  });
  return [
    event("placed", orderedAt),
    ...(row.cancelledAt ? [event("cancelled", row.cancelledAt)] : []),
    ...(deletedAt ? [event("deleted", deletedAt.toISOString())] : []),
  ];
}
