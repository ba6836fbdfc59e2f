// A webhook may be lost, so a nightly comparison reads all objects that changed since the last comparison, and applies them
// through the same version gates as webhooks.
import { setTimeout as sleep } from "node:timers/promises";
import { adminFor, type AdminApi } from "../../../../shopify/admin-api.server.ts";
import { sql } from "../../../../db.server.ts";
import { locked } from "../../../../lock.server.ts";
import type { Shop } from "../../../../shop.server.ts";
import { waitForApply } from "../../../../customers/facts/apply.server.ts";
import { applyHistory, bodiesOf, type Found as Whole } from "./apply-history.server.ts";
import { KINDS, type Kind, type OnChanges } from "../../../source.ts";
import { idFrom, momentIn } from "../reading/fields.ts";
import { allItems, type List } from "./pages.server.ts";
import { changedQueryOf, MORE_ADDRESSES, MORE_LINES } from "./changed-queries.ts";
import {
  compared,
  countDifferences,
  noteCompared,
  type Found,
  type Differences,
  type SourceItem,
} from "../../../comparison.server.ts";
import type { Instant } from "../../../../instant.ts";

/** A comparison reads back to this long before the start of the last one: an object may change while it is being read. */
const OVERLAP_MS = 3_600_000;
/** How far back the first comparison reads where the start of the history is not known. */
const FIRST_LOOK_BACK_MS = 2 * 86_400_000;
/** Leaves points of the rate limit to the shop's other requests. */
const PAUSE_MS = 200;

/** `children`: the first page of a customer's addresses or an order's line items; a product has no children. */
type Node = { id: unknown; updatedAt?: unknown; children?: List; shippingLines?: { nodes: unknown[] } };
type Page = { page: List<Node | null> };

/** Returns the number of objects read. Safe to interrupt: the next run starts where the last complete run started. */
export async function reconcile(shop: Shop, onChanges: OnChanges): Promise<number> {
  return locked(`reconcile ${shop.id}`, () =>
    compared(shop, async () => {
      const startedAt = shop.now();
      // Shopify searches customers by the day of the change. The customers who are read in excess change nothing.
      const query = `updated_at:>='${(await readCursor(shop)).toISOString()}'`;
      const found: Found = {};
      let read = 0;
      for (const kind of KINDS) {
        const result = await compareKind(shop, onChanges, kind, query);
        found[kind] = { missing: result.missing, changed: result.changed };
        read += result.read;
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
): Promise<Differences & { read: number }> {
  const admin = await adminFor(shop);
  const sum = { missing: 0, changed: 0, read: 0 };
  for (let after: string | null = null; ;) {
    const seenAt = shop.now().toISOString();
    const { page }: Page = await admin.request<Page>(changedQueryOf[kind], { query, after });
    const whole = await withChildren(admin, kind, page.nodes);
    const bodies = await bodiesOf(admin, kind, whole);
    const differences = await shop.db.tx(async (tx) => {
      await waitForApply(shop, tx);
      return countDifferences(shop, tx, { kind, items: page.nodes.flatMap(itemOf) }, async () => {
        const changes = await applyHistory(shop, tx, kind, bodies, { seenAt, isHistory: false });
        if (changes.size > 0) await onChanges(shop, tx, changes);
      });
    });
    sum.missing += differences.missing;
    sum.changed += differences.changed;
    sum.read += page.nodes.length;
    if (!page.pageInfo.hasNextPage) return sum;
    after = page.pageInfo.endCursor;
    await sleep(PAUSE_MS);
  }
}

/** With an unreadable date no stored row counts as older. An unreadable id matches no stored row. */
const itemOf = (node: Node | null): SourceItem[] =>
  node === null ? [] : [{ id: idFrom(node.id) ?? "", at: momentIn(node.updatedAt, { latest: Infinity }) }];

const MORE: Partial<Record<Kind, string>> = { customers: MORE_ADDRESSES, orders: MORE_LINES };

/** Each node with its children from all pages. */
async function withChildren(admin: AdminApi, kind: Kind, nodes: (Node | null)[]): Promise<Whole[]> {
  const found: Whole[] = [];
  for (const node of nodes) {
    if (node === null) continue;
    const children = await allItems(admin, MORE[kind] ?? "", node.id, node.children);
    const { children: _, shippingLines, ...own } = node;
    found.push({ node: own, children: [...children, ...(shippingLines?.nodes ?? [])] });
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
  // A start in the future was written by a clock that was ahead, so the real start of the last comparison is not known.
  const at = row?.at && row.at.getTime() <= now ? row.at.getTime() : now - FIRST_LOOK_BACK_MS;
  return new Date(at - OVERLAP_MS);
}
