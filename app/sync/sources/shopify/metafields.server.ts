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
import { readFile } from "./history/file.server.ts";
import { awaitOperation, runBulkQuery } from "./history/operation.server.ts";

/** This many aliases stay below the cost limit of one query. */
const KEYS_AT_ONCE = 8;
/** Shorter than the time limit of the job. */
const TIMEOUT_MS = 50 * 60_000;

type Found = { type: string; value: string; updatedAt: string } | null;
type Node = { id: string } & { [alias: `m${number}`]: Found };
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
    const nodes = next.value.map(({ text }) => JSON.parse(text) as Node);
    await keep(shop, asked, nodes, new Date(ready.seenAt));
  }
}

async function readOne(shop: Shop, asked: Asked, id: string): Promise<void> {
  const admin = await adminFor(shop);
  const document = `query MetafieldsOf($id: ID!) { node(id: $id) { id ... on HasMetafields { ${fieldsOf(asked)} } } }`;
  const { node } = await admin.request<{ node: Node | null }>(document, {
    id: `gid://shopify/${TYPES[asked.owner]}/${id}`,
  });
  if (node) await keep(shop, asked, [node], null);
}

const idOf = (gid: string): string => gid.slice(gid.lastIndexOf("/") + 1);

async function keep(shop: Shop, { owner, keys }: Asked, nodes: readonly Node[], seenAt: Instant | null): Promise<void> {
  const rows = nodes.flatMap((node) =>
    keys.flatMap((key, at): MetafieldRow[] => {
      const found = node[`m${at}`];
      return found && found.type === key.type ? [{ ...key, ...found, ownerId: idOf(node.id) }] : [];
    }),
  );
  await shop.db.tx(async (tx) => {
    const asked = { owner, ownerIds: nodes.map(({ id }) => idOf(id)), keys, seenAt };
    if ((await applyMetafields(shop, tx, asked, rows)) > 0) await enqueue("segments.refresh", { shop: shop.id }, tx);
  });
}
