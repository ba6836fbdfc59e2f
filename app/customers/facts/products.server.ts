import { addChange, type Changes } from "../change.ts";
import { sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import { column, listOf } from "../../columns.ts";
import type { ProductRow } from "./entities.ts";
import { newestById, tieOf, updatedAtOf } from "./version.ts";

/** What a segment can ask of a product. */
const ASKED = sql`id, tags, title, vendor, product_type as "productType"`;
type Asked = { id: string; tags: string[]; title: string; vendor: string | null; productType: string | null };

/** Shopify sends products/update with every order; buyers are touched only by what a segment can ask about. */
export async function applyProducts(shop: Shop, tx: Tx, rows: readonly ProductRow[], changes: Changes): Promise<void> {
  if (rows.length === 0) return;
  const newest = newestById(rows);
  const text = (pick: (row: ProductRow) => string | null) => column(newest, pick);
  // Two statements, under the shop's apply lock: on a cluster a read beside an insert in one statement sees what it wrote.
  const known = await tx.rows<Asked>(sql`
    select ${ASKED} from product where shop_id = ${shop.id} and id = any(${text(({ id }) => id)}::text[])`);
  const before = new Map(known.map((asked) => [asked.id, JSON.stringify(asked)]));
  const won = await tx.rows<Asked>(sql`
    insert into product as p (shop_id, id, platform_id, title, handle, vendor, product_type, tags, image_url, status,
      updated_at, tie)
    select ${shop.id}, id, id, title, handle, vendor, product_type, tags::text[], image_url, status, updated_at, tie
    from unnest(${text(({ id }) => id)}::text[], ${text(({ title }) => title)}::text[],
      ${text(({ handle }) => handle)}::text[], ${text(({ vendor }) => vendor)}::text[],
      ${text(({ productType }) => productType)}::text[], ${text(({ tags }) => listOf(tags))}::text[],
      ${text(({ imageUrl }) => imageUrl)}::text[], ${text(({ status }) => status?.toUpperCase() ?? null)}::text[],
      ${text(updatedAtOf)}::timestamptz[], ${text(tieOf)}::bigint[])
      as row (id, title, handle, vendor, product_type, tags, image_url, status, updated_at, tie)
    on conflict (shop_id, id) do update set title = excluded.title, handle = excluded.handle, vendor = excluded.vendor,
      product_type = excluded.product_type, tags = excluded.tags, image_url = excluded.image_url,
      status = excluded.status, updated_at = excluded.updated_at, tie = excluded.tie
    where p.updated_at is null or (p.updated_at, p.tie) < (excluded.updated_at, excluded.tie)
    returning ${ASKED}`);
  const changed = won.filter((asked) => before.get(asked.id) !== JSON.stringify(asked));
  await tellBuyers(
    shop,
    tx,
    changed.map(({ id }) => id),
    changes,
  );
}

export async function tellBuyers(shop: Shop, tx: Tx, productIds: string[], changes: Changes): Promise<void> {
  if (productIds.length === 0) return;
  const buyers = await tx.rows<{ customerId: string; productId: string }>(sql`
    select distinct on (customer_id) customer_id as "customerId", product_id as "productId" from line_item
    where shop_id = ${shop.id} and product_id = any(${column(productIds, (id) => id)}::text[]) and customer_id is not null`);
  for (const { customerId, productId } of buyers) addChange(changes, customerId, "products", `product/${productId}`);
}
