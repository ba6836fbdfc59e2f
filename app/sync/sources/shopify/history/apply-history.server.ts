// Applies a bulk file or a page of the nightly comparison row by row, like webhooks. A row that is held up, or is applied
// without a field, is stored in the inbox, so that the sync page shows it and the merchant can try again.
import { createHash } from "node:crypto";
import type { Changes } from "../../../../customers/change.ts";
import type { Tx } from "../../../../db.server.ts";
import type { AdminApi } from "../../../../shopify/admin-api.server.ts";
import type { Shop } from "../../../../shop.server.ts";
import type { Json } from "../../../reading/body.ts";
import { TRIES } from "../../../reading/refusal.server.ts";
import { applyRows, type Row } from "../../../reading/rows.server.ts";
import { noteReason } from "../../../reading/held-up.ts";
import { forgetHeld, storeHeld, type HeldRow } from "../../../inbox/held.server.ts";
import type { Kind } from "../../../source.ts";
import { allItems, type List } from "./pages.server.ts";
import { MORE_ADJUSTMENTS, MORE_REFUND_LINES, REFUND_LINES } from "./queries.ts";
import { PLATFORM } from "../../../connection.ts";
import { shopifyReader } from "../reading/topics.ts";
import { nodeId } from "./rows.ts";

/** A node with its children: a customer's addresses, an order's line items and shipping lines. */
export type Found = { node: unknown; children: unknown[] };

/** The bodies that the readers of `history:KIND` take. */
export async function bodiesOf(admin: AdminApi, kind: Kind, found: Found[]): Promise<Json[]> {
  if (kind === "products") return found.map(({ node }) => ({ node }));
  if (kind === "customers") return found.map(({ node, children }) => ({ node, addresses: children }));
  const refundLines = await readRefundLines(admin, found);
  return found.map(({ node, children }) => ({
    node,
    lineItems: children.filter((child) => !isShippingLine(child)),
    shippingLines: children.filter(isShippingLine),
    refundLines: refundLines.get(nodeId(node) ?? "") ?? [],
  }));
}

const isShippingLine = (child: unknown): boolean =>
  typeof child === "object" && child !== null && "__typename" in child && child.__typename === "ShippingLine";

const ORDERS_AT_ONCE = 5;

type RefundNode = { id: string; refundLineItems: List; orderAdjustments: List };
type Refunded = { nodes: ({ id: string; refunds: RefundNode[] } | null)[] };

/** The refunds' lines and adjustments by order id. A bulk query may not ask for them, since they are a connection within a list. */
async function readRefundLines(admin: AdminApi, found: Found[]): Promise<Map<string, unknown>> {
  const refunded = found.flatMap(({ node }) => {
    const id = nodeId(node);
    const { refunds } = node as { refunds?: unknown };
    return id && Array.isArray(refunds) && refunds.length > 0 ? [`gid://shopify/Order/${id}`] : [];
  });
  const lines = new Map<string, unknown>();
  for (let at = 0; at < refunded.length; at += ORDERS_AT_ONCE) {
    const ids = refunded.slice(at, at + ORDERS_AT_ONCE);
    const { nodes } = await admin.request<Refunded>(REFUND_LINES, { ids });
    for (const node of nodes) {
      if (node === null) continue;
      const refunds: unknown[] = [];
      for (const refund of node.refunds) refunds.push(await wholeRefund(admin, refund));
      lines.set(nodeId(node) ?? "", refunds);
    }
  }
  return lines;
}

const wholeRefund = async (admin: AdminApi, { id, refundLineItems, orderAdjustments }: RefundNode) => ({
  id,
  refundLineItems: { nodes: await allItems(admin, MORE_REFUND_LINES, id, refundLineItems) },
  orderAdjustments: { nodes: await allItems(admin, MORE_ADJUSTMENTS, id, orderAdjustments) },
});

/** In the caller's transaction, which holds the apply lock. `isHistory` is false for objects whose webhook may have been lost. */
export async function applyHistory(
  shop: Shop,
  tx: Tx,
  kind: Kind,
  bodies: readonly Json[],
  { seenAt, isHistory }: { seenAt: string; isHistory: boolean },
): Promise<Changes> {
  const rows = bodies.map((body, at): Row & { json: Json } => ({
    seq: String(at),
    topic: `history:${kind}`,
    key: nodeId(body["node"]) ?? createHash("sha256").update(JSON.stringify(body)).digest("hex"),
    triggeredAt: new Date(seenAt),
    receivedAt: shop.now(),
    // These rows are not retried: a row that the database refuses is held up at once.
    attempts: TRIES - 1,
    json: body,
  }));
  const { changes, poison, noted } = await applyRows(shop, tx, rows, {
    reader: shopifyReader,
    connection: PLATFORM,
    isHistory,
  });
  // This reading replaces rows that an earlier reading of the same objects held up.
  await forgetHeld(shop, tx, `history:${kind}`, rows);
  const byKey = new Map<string, HeldRow>();
  for (const { seq, topic, key, json } of rows) {
    const fields = noted.get(seq);
    const fault = poison.get(seq) ?? (fields && noteReason(fields));
    const state = poison.has(seq) ? "poison" : "applied";
    if (fault) byKey.set(key, { topic, key, state, body: JSON.stringify(json), reason: JSON.stringify(fault) });
  }
  await storeHeld(shop, tx, [...byKey.values()], seenAt);
  return changes;
}
