// Webhooks may be lost: by night every order that changed since the last time is read once more, through the same gates.
import { setTimeout as sleep } from "node:timers/promises";
import { adminFor, type AdminApi } from "../shopify/admin-api.server.ts";
import { sql } from "../db.server.ts";
import { locked } from "../lock.server.ts";
import type { Shop } from "../shop.server.ts";
import { applyEntities, waitForApply } from "./apply/apply.server.ts";
import { readRefundLines, type OnChanges } from "./backfill/backfill.server.ts";
import type { LineItemNode, OrderNode } from "./backfill/nodes.ts";
import { CHANGED_ORDERS, MORE_LINES } from "./backfill/queries.ts";
import { orderEntities, type OrderWithLines } from "./backfill/rows.ts";

/** Webhooks may be up to a day late, and an order may be changed within the second in which it is read. */
const OVERLAP_MS = 3_600_000;
const FIRST_LOOK_BACK_MS = 2 * 86_400_000;
/** Other requests of this shop want points too. */
const PAUSE_MS = 200;

type Lines = { pageInfo: { hasNextPage: boolean; endCursor: string | null }; nodes: LineItemNode[] };
type Page = {
  orders: {
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
    nodes: (OrderNode & { lineItems: Lines })[];
  };
};

/** Orders read; safe to stop anywhere: the next run begins where the last whole one did. */
export async function reconcile(shop: Shop, onChanges: OnChanges): Promise<number> {
  return locked(`reconcile ${shop.id}`, async () => {
    const admin = await adminFor(shop);
    const startedAt = shop.now();
    const query = `updated_at:>='${(await readCursor(shop)).toISOString()}'`;
    let read = 0;
    for (let after: string | null = null; ;) {
      const seenAt = shop.now().toISOString();
      const { orders }: Page = await admin.request<Page>(CHANGED_ORDERS, { query, after });
      const whole: OrderWithLines[] = [];
      for (const { lineItems, ...node } of orders.nodes) {
        whole.push({ node, lines: await readAllLines(admin, node.id, lineItems) });
      }
      const refunded = orders.nodes.flatMap(({ id, refunds }) => (refunds?.length ? [id] : []));
      const entities = orderEntities(whole, seenAt, await readRefundLines(admin, refunded));
      await shop.db.tx(async (tx) => {
        await waitForApply(shop, tx);
        const changes = await applyEntities(shop, tx, entities);
        if (changes.size > 0) await onChanges(shop, tx, changes);
      });
      read += whole.length;
      if (!orders.pageInfo.hasNextPage) break;
      after = orders.pageInfo.endCursor;
      await sleep(PAUSE_MS);
    }
    await saveCursor(shop, startedAt, read);
    return read;
  });
}

async function readAllLines(admin: AdminApi, id: string, first: Lines): Promise<LineItemNode[]> {
  const lines = [...first.nodes];
  for (let { hasNextPage, endCursor } = first.pageInfo; hasNextPage;) {
    const { order } = await admin.request<{ order: { lineItems: Lines } | null }>(MORE_LINES, { id, after: endCursor });
    lines.push(...(order?.lineItems.nodes ?? []));
    hasNextPage = order?.lineItems.pageInfo.hasNextPage ?? false;
    endCursor = order?.lineItems.pageInfo.endCursor ?? null;
  }
  return lines;
}

async function readCursor(shop: Shop): Promise<Date> {
  const [row] = await shop.db.tx((tx) =>
    tx.rows<{ at: Date | null }>(
      sql`select started_at as at from backfill where shop_id = ${shop.id} and kind = 'changes'`,
    ),
  );
  const now = shop.now().getTime();
  return new Date(Math.min(row?.at?.getTime() ?? now - FIRST_LOOK_BACK_MS, now) - OVERLAP_MS);
}

const saveCursor = (shop: Shop, startedAt: Date, read: number) =>
  shop.db.tx((tx) =>
    tx.run(sql`
      insert into backfill (shop_id, kind, state, applied, started_at, finished_at)
      values (${shop.id}, 'changes', 'done', ${read}, ${startedAt}::timestamptz, ${shop.now()}::timestamptz)
      on conflict (shop_id, kind) do update set applied = excluded.applied, started_at = excluded.started_at,
        finished_at = excluded.finished_at`),
  );
