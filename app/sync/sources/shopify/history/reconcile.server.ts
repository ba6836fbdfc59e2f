// Webhooks may be lost: by night all that changed since the last time is read once more, through the same gates.
import { setTimeout as sleep } from "node:timers/promises";
import { adminFor, type AdminApi } from "../../../../shopify/admin-api.server.ts";
import { sql } from "../../../../db.server.ts";
import { locked } from "../../../../lock.server.ts";
import type { Shop } from "../../../../shop.server.ts";
import { waitForApply } from "../../../../customers/facts/apply.server.ts";
import { applyHistory, bodiesOf, type Found as Whole } from "./apply-history.server.ts";
import { KINDS, type Kind, type OnChanges } from "../../../source.ts";
import { idFrom, momentIn } from "../reading/fields.ts";
import { changedQueryOf, MORE_ADDRESSES, MORE_LINES } from "./changed-queries.ts";
import {
  compared,
  countNews,
  noteCompared,
  type Found,
  type News,
  type ThingTold,
} from "../../../comparison.server.ts";
import type { Instant } from "../../../../instant.ts";

/** Webhooks may be up to a day late, and a thing may be changed within the second in which it is read. */
const OVERLAP_MS = 3_600_000;
/** Where nobody knows from when the history is. */
const FIRST_LOOK_BACK_MS = 2 * 86_400_000;
/** Other requests of this shop want points too. */
const PAUSE_MS = 200;

type List<Node> = { pageInfo: { hasNextPage: boolean; endCursor: string | null }; nodes: (Node | null)[] };
/** `children`: the first page of what belongs to it; a product has none. */
type Node = { id: unknown; updatedAt?: unknown; children?: List<object> };
type Page = { page: List<Node> };

/** Customers, orders and products read; safe to stop anywhere: the next run begins where the last whole one did. */
export async function reconcile(shop: Shop, onChanges: OnChanges): Promise<number> {
  return locked(`reconcile ${shop.id}`, () =>
    compared(shop, async () => {
      const startedAt = shop.now();
      // A customer is found by the day of a change: somewhat more is read, and changes nothing.
      const query = `updated_at:>='${(await readCursor(shop)).toISOString()}'`;
      const found: Found = {};
      let read = 0;
      for (const kind of KINDS) {
        const news = await compareKind(shop, onChanges, kind, query);
        found[kind] = { missing: news.missing, changed: news.changed };
        read += news.read;
      }
      await noteCompared(shop, startedAt, found, read);
      return read;
    }),
  );
}

async function compareKind(
  shop: Shop,
  onChanges: OnChanges,
  kind: Kind,
  query: string,
): Promise<News & { read: number }> {
  const admin = await adminFor(shop);
  const sum = { missing: 0, changed: 0, read: 0 };
  for (let after: string | null = null; ;) {
    const seenAt = shop.now().toISOString();
    const { page }: Page = await admin.request<Page>(changedQueryOf[kind], { query, after });
    const whole = await withChildren(admin, kind, page.nodes);
    const bodies = await bodiesOf(admin, kind, whole);
    const news = await shop.db.tx(async (tx) => {
      await waitForApply(shop, tx);
      return countNews(shop, tx, { kind, told: page.nodes.flatMap(toldOf) }, async () => {
        const changes = await applyHistory(shop, tx, kind, bodies, { seenAt, isNews: true });
        if (changes.size > 0) await onChanges(shop, tx, changes);
      });
    });
    sum.missing += news.missing;
    sum.changed += news.changed;
    sum.read += page.nodes.length;
    if (!page.pageInfo.hasNextPage) return sum;
    after = page.pageInfo.endCursor;
    await sleep(PAUSE_MS);
  }
}

/** An unreadable date makes nothing older, and an unreadable id is nothing's. */
const toldOf = (node: Node | null): ThingTold[] =>
  node === null ? [] : [{ id: idFrom(node.id) ?? "", at: momentIn(node.updatedAt, Infinity) }];

const MORE: Partial<Record<Kind, string>> = { customers: MORE_ADDRESSES, orders: MORE_LINES };

/** Each with all that belongs to it, however many pages of it there are. */
async function withChildren(admin: AdminApi, kind: Kind, nodes: (Node | null)[]): Promise<Whole[]> {
  const found: Whole[] = [];
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

async function readCursor(shop: Shop): Promise<Instant> {
  const [row] = await shop.db.tx((tx) =>
    tx.rows<{ at: Instant | null }>(sql`
      select coalesce(min(started_at) filter (where kind = 'changes'), min(started_at)) as at
      from backfill where shop_id = ${shop.id}`),
  );
  const now = shop.now().getTime();
  // A look that was made in a time to come had a clock that was ahead: it is not known since when anything is missing.
  const at = row?.at && row.at.getTime() <= now ? row.at.getTime() : now - FIRST_LOOK_BACK_MS;
  return new Date(at - OVERLAP_MS);
}
