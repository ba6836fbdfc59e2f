// The store's collections: a smart collection for each product type. Nothing is stored.
import { createHash } from "node:crypto";
import { handleOf } from "./commands/product.ts";
import type { Product, ShopState } from "./model.ts";

export type Collection = { id: string; title: string; handle: string; products: Product[] };

const idOf = (shop: ShopState, title: string): string =>
  String(createHash("sha256").update(`${shop.domain} ${title}`).digest().readUIntBE(0, 5));

export const collectionsOf = (shop: ShopState): Collection[] =>
  [...Map.groupBy(shop.products.values(), ({ productType }) => productType)]
    .filter(([title]) => title !== "")
    .map(([title, products]) => ({ id: idOf(shop, title), title, handle: handleOf(title), products }))
    .sort((a, b) => (a.title < b.title ? -1 : 1));

export const findCollection = (shop: ShopState, id: string): Collection | null =>
  collectionsOf(shop).find((one) => one.id === id) ?? null;
