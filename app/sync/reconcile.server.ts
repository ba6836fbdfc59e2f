// Webhooks may be lost: by night all that changed since the last time is read once more, through the same gates.
import { setTimeout as sleep } from "node:timers/promises";
import { adminFor, type AdminApi } from "../shopify/admin-api.server.ts";
import { sql } from "../db.server.ts";
import { locked } from "../lock.server.ts";
import type { Shop } from "../shop.server.ts";
import { waitForApply } from "./apply/apply.server.ts";
import { applyHistory, bodiesOf, type Found } from "./backfill/apply-history.server.ts";
import type { OnChanges } from "./backfill/backfill.server.ts";
import { KINDS, type Kind } from "./backfill/queries.ts";
import { changedQueryOf, MORE_ADDRESSES, MORE_LINES } from "./changed-queries.ts";

/** Webhooks may be up to a day late, and a thing may be changed within the second in which it is read. */
const OVERLAP_MS = 3_600_000;
const FIRST_LOOK_BACK_MS = 2 * 86_400_000;
/** Other requests of this shop want points too. */
const PAUSE_MS = 200;

type List<Node> = { pageInfo: { hasNextPage: boolean; endCursor: string | null }; nodes: (Node | null)[] };
/** `children`: the first page of what belongs to it; a product has none. */
type Node = { id: unknown; children?: List<object> };
type Page = { page: List<Node> };

/** Customers, orders and products read; safe to stop anywhere: the next run begins where the last whole one did. */
export async function reconcile(shop: Shop, onChanges: OnChanges): Promise<number> {
  return locked(`reconcile ${shop.id}`, async () => {
    const admin = await adminFor(shop);
    const startedAt = shop.now();
    // A customer is found by the day of a change: somewhat more is read, and changes nothing.
    const query = `updated_at:>='${(await readCursor(shop)).toISOString()}'`;
    let read = 0;
    for (const kind of KINDS) {
      for (let after: string | null = null; ;) {
        const seenAt = shop.now().toISOString();
        const { page }: Page = await admin.request<Page>(changedQueryOf[kind], { query, after });
        const found = await withChildren(admin, kind, page.nodes);
        const bodies = await bodiesOf(admin, kind, found);
        await shop.db.tx(async (tx) => {
          await waitForApply(shop, tx);
          const changes = await applyHistory(shop, tx, kind, bodies, seenAt);
          if (changes.size > 0) await onChanges(shop, tx, changes);
        });
        read += page.nodes.length;
        if (!page.pageInfo.hasNextPage) break;
        after = page.pageInfo.endCursor;
        await sleep(PAUSE_MS);
      }
    }
    await saveCursor(shop, startedAt, read);
    return read;
  });
}

const MORE: Partial<Record<Kind, string>> = { customers: MORE_ADDRESSES, orders: MORE_LINES };

/** Each with all that belongs to it, however many pages of it there are. */
async function withChildren(admin: AdminApi, kind: Kind, nodes: (Node | null)[]): Promise<Found[]> {
  const found: Found[] = [];
  for (const node of nodes) {
    if (node === null) continue;
    const children: unknown[] = [];
    for (let list = node.children; list;) {
      children.push(...list.nodes);
      const { hasNextPage, endCursor } = list.pageInfo;
      if (!hasNextPage) break;
      const variables = { id: node.id, after: endCursor };
      const { parent } = await admin.request<{ parent: Node | null }>(MORE[kind] ?? "", variables);
      list = parent?.children;
    }
    const { children: _, ...own } = node;
    found.push({ node: own, children });
  }
  return found;
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
