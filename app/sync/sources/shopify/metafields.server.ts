// Reads the metafields that plugins declare: of all customers, orders or products by a bulk operation, or of one of them after
// its webhook. A webhook subscribed in shopify.app.toml has no metafields: https://github.com/Shopify/cli/issues/5987.
import {
  applyMetafields,
  type MetafieldKey,
  type MetafieldOwner,
  type MetafieldRow,
} from "../../../customers/facts/metafields.server.ts";
import type { Instant } from "../../../instant.ts";
import { enqueue } from "../../../queue.server.ts";
import { adminFor } from "../../../shopify/admin-api.server.ts";
import type { Shop } from "../../../shop.server.ts";
import { UNDATED_AT } from "../../../customers/facts/version.ts";
import { forgetHeld, storeHeld, type HeldRow } from "../../inbox/held.server.ts";
import { bodyOf, isObject, partOf, plain } from "../../reading/body.ts";
import { noteReason } from "../../reading/held-up.ts";
import { readFile } from "./history/file.server.ts";
import { awaitOperation, runBulkQuery } from "./history/operation.server.ts";
import { nodeId } from "./history/rows.ts";
import { momentOf } from "./reading/fields.ts";

/** This many aliases stay below the cost limit of one query. */
const KEYS_AT_ONCE = 8;
/** Shorter than the time limit of the job. */
const TIMEOUT_MS = 50 * 60_000;

type Asked = { owner: MetafieldOwner; keys: readonly MetafieldKey[] };

const fieldsOf = ({ keys }: Asked): string =>
  keys
    .map(
      ({ namespace, key }, at) =>
        `m${at}: metafield(namespace: ${JSON.stringify(namespace)}, key: ${JSON.stringify(key)}) { type value updatedAt }`,
    )
    .join("\n");

const TYPES: Record<MetafieldOwner, string> = { customer: "Customer", order: "Order", product: "Product" };

/** The job. `id` null: all customers, orders or products. `declared`: the metafields of plugins that are on. Safe to repeat. */
export async function syncMetafields(
  shop: Shop,
  declared: readonly MetafieldKey[],
  { owner, id }: { owner: MetafieldOwner; id: string | null },
  { pollMs = 1000 } = {},
): Promise<void> {
  const ofOwner = declared.filter((each) => each.owner === owner);
  for (let at = 0; at < ofOwner.length; at += KEYS_AT_ONCE) {
    const asked = { owner, keys: ofOwner.slice(at, at + KEYS_AT_ONCE) };
    if (id === null) await readAll(shop, asked, pollMs);
    else await readOne(shop, asked, id);
  }
}

/** Throws where as many operations run as Shopify allows, or the file is not complete: the job tries again. */
async function readAll(shop: Shop, asked: Asked, pollMs: number): Promise<void> {
  const admin = await adminFor(shop);
  const query = `{ ${asked.owner}s { edges { node { id ${fieldsOf(asked)} } } } }`;
  const started = await runBulkQuery(shop, admin, query);
  if (typeof started === "string") throw new Error(`the bulk operation for metafields is ${started}`);
  const deadline = performance.now() + TIMEOUT_MS;
  const ready = await awaitOperation(admin, started.id, { pollMs, deadline });
  if (ready.ready !== "file") throw new Error(`the bulk operation for metafields is ${ready.ready}`);
  if (ready.url === null) return;
  const lines = readFile(ready.url, ready.objects, false);
  for (let next = await lines.next(); ; next = await lines.next()) {
    if (next.done) {
      if (next.value !== "complete") throw new Error(`the file of metafields is ${next.value}`);
      return;
    }
    await keep(
      shop,
      asked,
      next.value.map(({ text }) => JSON.parse(text) as unknown),
      new Date(ready.seenAt),
    );
  }
}

async function readOne(shop: Shop, asked: Asked, id: string): Promise<void> {
  const admin = await adminFor(shop);
  const document = `query MetafieldsOf($id: ID!) { node(id: $id) { id ... on HasMetafields { ${fieldsOf(asked)} } } }`;
  const { node } = await admin.request<{ node: unknown }>(document, {
    id: `gid://shopify/${TYPES[asked.owner]}/${id}`,
  });
  if (node) await keep(shop, asked, [node], null);
}

type Read = { ownerId: string; rows: MetafieldRow[]; noted: string[]; body: string };

/** Empty for a node without a readable id. */
function readNode(node: unknown, { owner, keys }: Asked, now: Instant): Read[] {
  const ownerId = nodeId(node);
  if (ownerId === null || !isObject(node)) return [];
  const body = bodyOf(node, now);
  const rows = keys.flatMap((key, at): MetafieldRow[] => {
    const found = { ...partOf(body, `m${at}`), path: `${owner}.metafield.${key.namespace}.${key.key}.` };
    const value = plain(found.fields["value"]);
    if (found.fields["type"] !== key.type || value === null) return [];
    return [{ ...key, ownerId, value, updatedAt: momentOf(found, "updatedAt") ?? UNDATED_AT }];
  });
  return [{ ownerId, rows, noted: [...body.notes.fields], body: JSON.stringify(node) }];
}

async function keep(shop: Shop, asked: Asked, nodes: readonly unknown[], seenAt: Instant | null): Promise<void> {
  const { owner, keys } = asked;
  const read = nodes.flatMap((node) => readNode(node, asked, shop.now()));
  const topic = `history:${owner}_metafields`;
  const held = read.flatMap(({ ownerId: key, noted, body }): HeldRow[] =>
    noted.length === 0 ? [] : [{ topic, key, state: "applied", body, reason: JSON.stringify(noteReason(noted)) }],
  );
  const ownerIds = read.map(({ ownerId }) => ownerId);
  const rows = read.flatMap((each) => each.rows);
  await shop.db.tx(async (tx) => {
    await forgetHeld(
      shop,
      tx,
      topic,
      ownerIds.map((key) => ({ key })),
    );
    await storeHeld(shop, tx, held, (seenAt ?? shop.now()).toISOString());
    const changed = await applyMetafields(shop, tx, { owner, ownerIds, keys, seenAt }, rows);
    if (changed > 0) await enqueue("segments.refresh", { shop: shop.id }, tx);
  });
}
