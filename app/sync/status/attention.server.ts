// The entries of the attention list about webhooks, history, comparison, privacy requests and access to Shopify.
import type { Attention } from "../../attention.ts";
import { sql } from "../../db.server.ts";
import { connectionOf } from "../../shopify/tokens.server.ts";
import type { Shop } from "../../shop.server.ts";
import { readComparison, type Comparison } from "../comparison.server.ts";
import { readFreshness, type Freshness } from "./status.server.ts";
import type { Instant } from "../../instant.ts";

type Seen = { freshness: Freshness; comparison: Comparison; now: Instant };

/** A comparison runs every night, and one night may be missed. */
const OLD_MS = 2 * 86_400_000;

const entry = (key: string, tone: Attention["tone"], more: Partial<Attention> = {}): Attention => ({
  ...{ key: `sync.attention.${key}`, about: null, tone, since: null },
  ...{ mend: { label: "sync.attention.open", url: "/app/sync" }, ...more },
});

const compare = { label: "sync.attention.compare", url: "/app/sync" };

function lookAtMessages({ poison, isBehind, asOf, gaps, moreGaps, history }: Freshness): Attention[] {
  return [
    ...(history === "failed" ? [entry("history", "critical")] : []),
    ...(isBehind ? [entry("behind", "critical", { since: asOf })] : []),
    ...(poison > 0 ? [entry("poison", "critical", { parameters: { count: poison } })] : []),
    ...(gaps > 0 ? [entry(moreGaps ? "many_gaps" : "gaps", "info", { parameters: { count: gaps } })] : []),
  ];
}

function lookAtComparison({ freshness, comparison, now }: Seen): Attention[] {
  const { at, found } = comparison;
  if (at === null) return [];
  const since = { since: at, mend: compare };
  return [
    ...(now.getTime() - at.getTime() > OLD_MS ? [entry("old_comparison", "warning", since)] : []),
    ...(found.missing > 0 && freshness.history === "done"
      ? [entry("missing", "info", { ...since, parameters: { count: found.missing } })]
      : []),
  ];
}

/** A request is critical this long before its 30 days end, so that there is time to act. */
const DUE_SOON_MS = 7 * 86_400_000;

/** A copy of data that the merchant has not sent. */
const waitsForMerchant = sql`(done_at is not null and kind = 'export customer' and sent_at is null
  and (jsonb_array_length(coalesce(evidence -> 'customerIds', '[]')) > 0
    or jsonb_array_length(coalesce(evidence -> 'orderIds', '[]')) > 0))`;

type Requests = { dueSince: Instant | null; waiting: number; waitingSince: Instant | null };

async function lookAtRequests(shop: Shop): Promise<Attention[]> {
  const isDue = sql`due_at < ${new Date(shop.now().getTime() + DUE_SOON_MS)}::timestamptz`;
  const [row] = await shop.db.tx((tx) =>
    tx.rows<Requests>(sql`
      select min(received_at) filter (where ${isDue}) as "dueSince",
        count(*) filter (where done_at is not null and not ${isDue})::int as waiting,
        min(received_at) filter (where done_at is not null and not ${isDue}) as "waitingSince"
      from compliance_request where shop_id = ${shop.id} and (done_at is null or ${waitsForMerchant})`),
  );
  const { dueSince = null, waiting = 0, waitingSince = null } = row ?? {};
  const mend = { label: "sync.attention.settings", url: "/app/settings" };
  return [
    ...(dueSince ? [entry("request_due", "critical", { mend, since: dueSince })] : []),
    ...(waiting > 0
      ? [entry("copy_to_send", "warning", { mend, since: waitingSince, parameters: { count: waiting } })]
      : []),
  ];
}

async function lookAtAccess(shop: Shop): Promise<Attention[]> {
  const mend = { label: "sync.attention.settings", url: "/app/settings" };
  return (await connectionOf(shop.id)) === "connected" ? [] : [entry("reconnect", "critical", { mend })];
}

export async function syncAttention(shop: Shop): Promise<Attention[]> {
  const [freshness, comparison] = [await readFreshness(shop), await readComparison(shop)];
  return [
    ...(await lookAtAccess(shop)),
    ...lookAtMessages(freshness),
    ...lookAtComparison({ freshness, comparison, now: shop.now() }),
    ...(await lookAtRequests(shop)),
  ];
}
