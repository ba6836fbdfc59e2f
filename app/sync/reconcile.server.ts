// Webhooks may be lost: by night all that changed since the last time is read once more, through the same gates.
import { setTimeout as sleep } from "node:timers/promises";
import { adminFor, type AdminApi } from "../shopify/admin-api.server.ts";
import { sql } from "../db.server.ts";
import { locked } from "../lock.server.ts";
import type { Shop } from "../shop.server.ts";
import { applyEntities, waitForApply } from "./apply/apply.server.ts";
import type { Entities } from "./apply/entities.ts";
import { readRefundLines, type OnChanges } from "./backfill/backfill.server.ts";
import type { AddressNode, CustomerNode, LineItemNode, OrderNode, ProductNode } from "./backfill/nodes.ts";
import { KINDS, type Kind } from "./backfill/queries.ts";
import { customerEntities, orderEntities, productEntities } from "./backfill/rows.ts";
import { changedQueryOf, MORE_ADDRESSES, MORE_LINES } from "./changed-queries.ts";

/** Webhooks may be up to a day late, and a thing may be changed within the second in which it is read. */
const OVERLAP_MS = 3_600_000;
const FIRST_LOOK_BACK_MS = 2 * 86_400_000;
/** Other requests of this shop want points too. */
const PAUSE_MS = 200;

type List<Node> = { pageInfo: { hasNextPage: boolean; endCursor: string | null }; nodes: Node[] };
/** Of nodes that the kind's reader knows. */
type Page = { page: List<never> };
type With<Node, Child> = Node & { children: List<Child> };

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
        const entities = await READERS[kind](admin, page.nodes, seenAt);
        await shop.db.tx(async (tx) => {
          await waitForApply(shop, tx);
          const changes = await applyEntities(shop, tx, entities);
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

type Reader<Node> = (admin: AdminApi, nodes: Node[], seenAt: string) => Promise<Entities>;

const readProducts: Reader<ProductNode> = async (_admin, nodes, seenAt) => productEntities(nodes, seenAt);

const readCustomers: Reader<With<CustomerNode, AddressNode>> = async (admin, nodes, seenAt) => {
  const whole = await readChildren(admin, MORE_ADDRESSES, nodes);
  return customerEntities(
    whole.map(({ node, children }) => ({ node, addresses: children })),
    seenAt,
  );
};

const readOrders: Reader<With<OrderNode, LineItemNode>> = async (admin, nodes, seenAt) => {
  const whole = await readChildren(admin, MORE_LINES, nodes);
  const refunded = nodes.flatMap(({ id, refunds }) => (refunds?.length ? [id] : []));
  return orderEntities(
    whole.map(({ node, children }) => ({ node, lines: children })),
    seenAt,
    await readRefundLines(admin, refunded),
  );
};

const READERS: Record<Kind, Reader<never>> = { products: readProducts, customers: readCustomers, orders: readOrders };

/** Each with all that belongs to it, however many pages of it there are. */
async function readChildren<Node extends { id: string }, Child>(
  admin: AdminApi,
  more: string,
  nodes: With<Node, Child>[],
): Promise<{ node: Node; children: Child[] }[]> {
  const whole: { node: Node; children: Child[] }[] = [];
  for (const node of nodes) {
    const children = [...node.children.nodes];
    for (let { hasNextPage, endCursor } = node.children.pageInfo; hasNextPage;) {
      const variables = { id: node.id, after: endCursor };
      const { parent } = await admin.request<{ parent: { children: List<Child> } | null }>(more, variables);
      children.push(...(parent?.children.nodes ?? []));
      hasNextPage = parent?.children.pageInfo.hasNextPage ?? false;
      endCursor = parent?.children.pageInfo.endCursor ?? null;
    }
    whole.push({ node, children });
  }
  return whole;
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
