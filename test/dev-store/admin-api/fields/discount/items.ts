// A discount's items as the schema has them.

import { findCollection } from "../../../collections.ts";
import type { DiscountItems } from "../../../discounts/discount-model.ts";
import { connectInOrder, type PageArgs } from "../../connection.ts";
import type { Context, Fields } from "../../context.ts";
import { findVariant } from "../product.ts";

const TYPES = { all: "AllDiscountItems", products: "DiscountProducts", collections: "DiscountCollections" } as const;
type ItemsOf = { __typename: string; items: DiscountItems };

export const itemsOf = (items: DiscountItems): ItemsOf => ({ __typename: TYPES[items.kind], items });

/** Products, variants and collections that do not exist any more are not in the list. */
export const discountItemsFields: Fields = {
  allItems: () => true,
  products: ({ items }: ItemsOf, args: PageArgs, context: Context) => {
    const ids = items.kind === "products" ? items.productIds : [];
    return connectInOrder(
      context,
      ids.flatMap((id) => context.shop.products.get(id) ?? []),
      args,
    );
  },
  productVariants: ({ items }: ItemsOf, args: PageArgs, context: Context) => {
    const ids = items.kind === "products" ? (items.variantIds ?? []) : [];
    return connectInOrder(
      context,
      ids.flatMap((id) => findVariant(context, id) ?? []),
      args,
    );
  },
  collections: ({ items }: ItemsOf, args: PageArgs, context: Context) => {
    const ids = items.kind === "collections" ? items.collectionIds : [];
    return connectInOrder(
      context,
      ids.flatMap((id) => findCollection(context.shop, id) ?? []),
      args,
    );
  },
};
