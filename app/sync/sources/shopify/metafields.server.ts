// Reads the customers' metafields that plugins declare: of all customers in pages, or of one whose webhook came.
import { applyMetafields, type MetafieldKey, type MetafieldRow } from "../../../customers/facts/metafields.server.ts";
import { enqueue } from "../../../queue.server.ts";
import { adminFor } from "../../../shopify/admin-api.server.ts";
import type { Shop } from "../../../shop.server.ts";

const PAGE = 100;
/** So many aliases stay below what one query may cost. */
const KEYS_AT_ONCE = 8;

type Found = { type: string; value: string; updatedAt: string } | null;
type Node = { id: string } & { [alias: `m${number}`]: Found };
type Page = { customers: { nodes: Node[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } };

const fieldsOf = (keys: readonly MetafieldKey[]): string =>
  keys
    .map(
      ({ namespace, key }, at) =>
        `m${at}: metafield(namespace: ${JSON.stringify(namespace)}, key: ${JSON.stringify(key)}) { type value updatedAt }`,
    )
    .join("\n");

/** The job. Safe to repeat; a plugin that was switched off meanwhile is asked for nothing. */
export async function syncMetafields(shop: Shop, declared: readonly MetafieldKey[], customer: string | null) {
  for (let at = 0; at < declared.length; at += KEYS_AT_ONCE) {
    const keys = declared.slice(at, at + KEYS_AT_ONCE);
    if (customer === null) await readAll(shop, keys);
    else await readOne(shop, keys, customer);
  }
}

async function readAll(shop: Shop, keys: readonly MetafieldKey[]): Promise<void> {
  const admin = await adminFor(shop);
  const document = `query CustomerMetafields($after: String) {
    customers(first: ${PAGE}, after: $after) { nodes { id ${fieldsOf(keys)} } pageInfo { hasNextPage endCursor } }
  }`;
  for (let after: string | null = null, more = true; more;) {
    const { customers }: Page = await admin.request<Page>(document, { after });
    await keep(shop, keys, customers.nodes);
    after = customers.pageInfo.endCursor;
    more = customers.pageInfo.hasNextPage;
  }
}

async function readOne(shop: Shop, keys: readonly MetafieldKey[], customer: string): Promise<void> {
  const admin = await adminFor(shop);
  const document = `query CustomerMetafield($id: ID!) { customer(id: $id) { id ${fieldsOf(keys)} } }`;
  const found = await admin.request<{ customer: Node | null }>(document, { id: `gid://shopify/Customer/${customer}` });
  if (found.customer) await keep(shop, keys, [found.customer]);
}

const idOf = (gid: string): string => gid.slice(gid.lastIndexOf("/") + 1);

async function keep(shop: Shop, keys: readonly MetafieldKey[], nodes: readonly Node[]): Promise<void> {
  const rows = nodes.flatMap((node) =>
    keys.flatMap((key, at): MetafieldRow[] => {
      const found = node[`m${at}`];
      return found && found.type === key.type ? [{ ...key, ...found, customerId: idOf(node.id) }] : [];
    }),
  );
  await shop.db.tx(async (tx) => {
    const ids = nodes.map(({ id }) => idOf(id));
    if ((await applyMetafields(shop, tx, ids, keys, rows)) > 0)
      await enqueue("segments.refresh", { shop: shop.id }, tx);
  });
}
