// The products or collections of a discount: sent to Shopify as changes, and read back.
import type { Some } from "../../wire.ts";

type Ids = { nodes: { id: string }[] };
export type ItemsNode = { __typename: string; products?: Ids; productVariants?: Ids; collections?: Ids };

/** As many as a field of a form takes. A discount with more items is not one of ours. */
export const MOST_ITEMS = 50;

export const ITEMS = `items {
  __typename
  ... on DiscountProducts { products(first: ${MOST_ITEMS}) { nodes { id } } productVariants(first: 1) { nodes { id } } }
  ... on DiscountCollections { collections(first: ${MOST_ITEMS}) { nodes { id } } }
}`;

const numbersOf = (ids: Ids | undefined): string[] =>
  (ids?.nodes ?? []).map(({ id }) => id.slice(id.lastIndexOf("/") + 1));

/** Undefined: the whole order. Null: items that none of our kinds gives. */
export function readItems(node: ItemsNode): Some | null | undefined {
  if (node.__typename === "AllDiscountItems") return undefined;
  if (node.collections) return { collections: numbersOf(node.collections).toSorted() };
  if (!node.products || (node.productVariants?.nodes.length ?? 0) > 0) return null;
  return { products: numbersOf(node.products).toSorted() };
}

export const plainItems = <Items extends Some | undefined>(items: Items): Items =>
  (items?.products
    ? { products: items.products.toSorted() }
    : items && { collections: items.collections?.toSorted() ?? [] }) as Items;

/** Ids that the discount has already are not added again. */
export function itemsInput(items: Some | undefined, now: ItemsNode | undefined): object {
  if (!items) return { all: true };
  const changes = (type: string, wanted: string[], present: Ids | undefined) => {
    const has = (present?.nodes ?? []).map(({ id }) => id);
    const gids = wanted.map((id) => `gid://shopify/${type}/${id}`);
    return { add: gids.filter((id) => !has.includes(id)), remove: has.filter((id) => !gids.includes(id)) };
  };
  if (items.collections) return { collections: changes("Collection", items.collections, now?.collections) };
  const { add, remove } = changes("Product", items.products, now?.products);
  return { products: { productsToAdd: add, productsToRemove: remove } };
}
