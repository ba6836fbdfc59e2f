import { addChange } from "../../change.ts";
import { consentStatus } from "../../consent-status.server.ts";
import { sql, type Tx } from "../../../db.server.ts";
import type { Shop } from "../../../shop.server.ts";
import { column } from "../../../columns.ts";
import { defineTable, upsert } from "../../../upsert.server.ts";
import type { ConsentRow } from "../entities.ts";
import { appendEvents } from "../events.server.ts";
import type { Effects } from "../effects.ts";
import type { Instant } from "../../../instant.ts";

type Added = { customerId: string; channel: string; at: Instant; state: string; source: string; dated: boolean };

/** Adds entries to the log of consents. The customer's status is computed from the whole log, whatever order it came in. */
export async function applyConsents(shop: Shop, tx: Tx, rows: readonly ConsentRow[], effects: Effects): Promise<void> {
  if (rows.length === 0) return;
  const added = await upsert<Added, ConsentRow>(tx, shop.id, CONSENT, rows, {
    newer: "never",
    returning: `held.customer_id as "customerId", held.channel, held.at, held.state, held.source, held.dated`,
  });
  if (added.length === 0) return;
  await dropOlder(shop, tx, added);
  await settleConsents(shop, tx, [...new Set(added.map(({ customerId }) => customerId))].sort());
  // NOT_SUBSCRIBED without a date says that the customer never decided: it makes no event.
  const events = added.filter(({ dated, state }) => dated || state !== "NOT_SUBSCRIBED");
  await appendEvents(
    shop,
    tx,
    effects,
    events.map(({ customerId, channel, at, state, source }) => ({
      id: eventId({ customerId, channel, at, state }),
      customerId,
      kind: "consent.changed",
      at: at.toISOString(),
      data: { channel, state, source },
    })),
  );
  for (const row of added)
    addChange(effects.changes, row.customerId, "consent", eventId(row), row.dated ? row.at : null);
}

const eventId = ({ customerId, channel, at, state }: Pick<Added, "customerId" | "channel" | "at" | "state">): string =>
  `consent/${customerId}/${channel}/${at.toISOString()}/${state}`;

const CONSENT = defineTable<ConsentRow>("consent", ["customer_id", "channel", "at", "state", "dated"], {
  customer_id: ["text", ({ customerId }) => customerId],
  channel: ["text", ({ channel }) => channel],
  at: ["timestamptz", ({ at }) => at],
  state: ["text", ({ state }) => state],
  opt_in_level: ["text", ({ optInLevel }) => optInLevel],
  source: ["text", ({ source }) => source],
  dated: ["boolean", ({ dated }) => dated],
});

/** Deletes entries without a date but the newest of each state: otherwise each reading of the history would add an entry. */
async function dropOlder(shop: Shop, tx: Tx, added: readonly { customerId: string; dated: boolean }[]): Promise<void> {
  const ids = [...new Set(added.flatMap(({ customerId, dated }) => (dated ? [] : customerId)))];
  if (ids.length === 0) return;
  await tx.run(sql`
    delete from consent c using consent newer
    where c.shop_id = ${shop.id} and c.customer_id = any(${column(ids, (id) => id)}::text[]) and not c.dated
      and newer.shop_id = c.shop_id and newer.customer_id = c.customer_id and newer.channel = c.channel
      and newer.state = c.state and not newer.dated and newer.at > c.at`);
}

/** Writes the subscription status of each channel, as `consentStatus` computes it from the log. */
export async function settleConsents(shop: Shop, tx: Tx, customerIds: readonly string[]): Promise<void> {
  await tx.run(sql`
    update customer c set email_subscription_status = (${consentStatus("email")}), sms_subscription_status = (${consentStatus("sms")})
    where c.shop_id = ${shop.id} and c.id = any(${column(customerIds, (id) => id)}::text[])`);
}
