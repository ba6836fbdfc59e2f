import { addChange, type Changes } from "../../change.ts";
import { sql, trusted, type Tx } from "../../../db.server.ts";
import type { Shop } from "../../../shop.server.ts";
import { column, listOf } from "../../../columns.ts";
import { BY_VERSION, defineTable, upsert } from "../../../upsert.server.ts";
import { platformIdOf, type ProductRow } from "../entities.ts";
import { newestById, tieOf, updatedAtOf } from "../version.ts";

/** The columns that a segment can ask of a product. */
const ASKED = `held.id, held.tags, held.title, held.vendor, held.product_type as "productType"`;
type Asked = { id: string; tags: string[]; title: string; vendor: string | null; productType: string | null };

const PRODUCT = defineTable<ProductRow>("product", ["id"], {
  id: ["text", ({ id }) => id],
  platform_id: ["text", ({ id }) => platformIdOf(id)],
  title: ["text", ({ title }) => title],
  handle: ["text", ({ handle }) => handle],
  vendor: ["text", ({ vendor }) => vendor],
  product_type: ["text", ({ productType }) => productType],
  tags: ["text[]", ({ tags }) => listOf(tags)],
  image_url: ["text", ({ imageUrl }) => imageUrl],
  status: ["text", ({ status }) => status?.toUpperCase()],
  updated_at: ["timestamptz", updatedAtOf],
  tie: ["bigint", tieOf],
});

/** Shopify sends products/update with every order. Buyers get a change only where a column of `ASKED` changed. */
export async function applyProducts(shop: Shop, tx: Tx, rows: readonly ProductRow[], changes: Changes): Promise<void> {
  if (rows.length === 0) return;
  const newest = newestById(rows);
  // Two statements, under the shop's apply lock: on a cluster, a read and an insert in one statement see the inserted rows.
  const known = await tx.rows<Asked>(sql`
    select ${trusted(ASKED)} from product held where shop_id = ${shop.id} and id = any(${column(newest, ({ id }) => id)}::text[])`);
  const before = new Map(known.map((asked) => [asked.id, JSON.stringify(asked)]));
  const won = await upsert<Asked, ProductRow>(tx, shop.id, PRODUCT, newest, { newer: BY_VERSION, returning: ASKED });
  const changed = won.filter((asked) => before.get(asked.id) !== JSON.stringify(asked));
  await addBuyerChanges(
    shop,
    tx,
    changed.map(({ id }) => id),
    changes,
  );
}

/** Adds a change for each customer who bought one of the products. */
export async function addBuyerChanges(shop: Shop, tx: Tx, productIds: string[], changes: Changes): Promise<void> {
  if (productIds.length === 0) return;
  const buyers = await tx.rows<{ customerId: string; productId: string }>(sql`
    select distinct on (customer_id) customer_id as "customerId", product_id as "productId" from line_item
    where shop_id = ${shop.id} and product_id = any(${column(productIds, (id) => id)}::text[]) and customer_id is not null`);
  for (const { customerId, productId } of buyers) addChange(changes, customerId, "products", `product/${productId}`);
}
