import { collectionsOf, findCollection, type Collection } from "../../collections.ts";
import { connectInOrder, type PageArgs } from "../connection.ts";
import type { Context, Fields } from "../context.ts";
import { gid, idOf } from "../gid.ts";
import { countOf } from "./count.ts";

export const collectionFields: Fields = {
  id: (collection: Collection) => gid("Collection", collection.id),
  legacyResourceId: (collection: Collection) => collection.id,
  products: (collection: Collection, args: PageArgs, context: Context) =>
    connectInOrder(context, collection.products, args),
  productsCount: (collection: Collection) => countOf(collection.products.length, null),
};

export const collectionQueries: Fields = {
  collection: (_: unknown, { id }: { id: string }, { shop }: Context) =>
    findCollection(shop, idOf("Collection", id) ?? ""),
  collections: (_: unknown, args: PageArgs, context: Context) =>
    connectInOrder(context, collectionsOf(context.shop), args),
};
