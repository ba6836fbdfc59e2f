// SQL for the consent of the customer `c` on a channel, computed from the log of consents.
import { empty, sql, type Sql } from "../db.server.ts";
import type { Instant } from "../instant.ts";

export type ConsentChannel = "email" | "sms";

/** From the most permissive state to the most restrictive. */
const STATES = ["SUBSCRIBED", "PENDING", "NOT_SUBSCRIBED", "INVALID", "UNSUBSCRIBED", "REDACTED"];
const strictest = sql`array_position(${STATES}::text[], state) desc nulls last limit 1`;

/**
 * A query whose only row has the `state`. The newest dated entry counts; of several entries at one instant, the most restrictive.
 * An entry without a date that is as new as the newest dated entry counts where it is more restrictive: it may withdraw consent, and
 * never grants it. A customer without entries is NOT_SUBSCRIBED.
 */
export const consentStatus = (channel: ConsentChannel): Sql => statusIn(channel, empty);

/** The state at a past instant. Null: the customer's first entry is later, and the state before that entry is unknown. */
export function consentStatusAt(channel: ConsentChannel, at: Instant): Sql {
  const then = sql`${at.toISOString()}::timestamptz`;
  const entries = sql`from consent l where l.shop_id = c.shop_id and l.customer_id = c.id and l.channel = ${channel}`;
  return sql`select case when exists (select ${entries} and l.at <= ${then}) or not exists (select ${entries})
    then (${statusIn(channel, sql`and at <= ${then}`)}) end`;
}

const statusIn = (channel: ConsentChannel, until: Sql): Sql => sql`
  with log as (
    select at, state, dated from consent
    where shop_id = c.shop_id and customer_id = c.id and channel = ${channel} ${until}
    union all select '-infinity', 'NOT_SUBSCRIBED', true
  ), newest as (select at, state from log where dated order by at desc, ${strictest})
  select state from (
    select state from newest
    union all select log.state from log, newest where not log.dated and log.at >= newest.at
  ) said order by ${strictest}`;
