import { addChange, type Changes } from "../../customers/change.ts";
import { sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import { column } from "./columns.ts";
import type { ConsentRow } from "./entities.ts";
import { appendEvents } from "./events.server.ts";

/** Consent is a log; the customer's status is its newest state of each channel, in whatever order the log was written. */
export async function applyConsents(shop: Shop, tx: Tx, rows: readonly ConsentRow[], changes: Changes): Promise<void> {
  if (rows.length === 0) return;
  const added = await tx.rows<{ customerId: string; channel: string; at: Date; state: string; source: string }>(sql`
    insert into consent (shop_id, customer_id, channel, at, state, opt_in_level, source)
    select ${shop.id}, row.* from unnest(${column(rows, ({ customerId }) => customerId)}::text[],
      ${column(rows, ({ channel }) => channel)}::text[], ${column(rows, ({ at }) => at)}::timestamptz[],
      ${column(rows, ({ state }) => state.toUpperCase())}::text[],
      ${column(rows, ({ optInLevel }) => optInLevel?.toUpperCase())}::text[],
      ${column(rows, ({ source }) => source)}::text[]) as row
    on conflict do nothing
    returning customer_id as "customerId", channel, at, state, source`);
  if (added.length === 0) return;
  const ids = [...new Set(added.map(({ customerId }) => customerId))].sort();
  const newest = (channel: string) => sql`(
    select state from consent where shop_id = ${shop.id} and customer_id = c.id and channel = ${channel}
    order by at desc, state desc limit 1)`;
  await tx.run(sql`
    update customer c set email_subscription_status = coalesce(${newest("email")}, c.email_subscription_status),
      sms_subscription_status = coalesce(${newest("sms")}, c.sms_subscription_status)
    where c.shop_id = ${shop.id} and c.id = any(${column(ids, (id) => id)}::text[])`);
  await appendEvents(
    shop,
    tx,
    added.map(({ customerId, channel, at, state, source }) => ({
      id: `consent/${customerId}/${channel}/${at.toISOString()}/${state}`,
      customerId,
      kind: "consent.changed",
      at: at.toISOString(),
      data: { channel, state, source },
    })),
  );
  for (const { customerId, channel } of added) {
    addChange(changes, customerId, "consent", `consent/${customerId}/${channel}`);
  }
}
