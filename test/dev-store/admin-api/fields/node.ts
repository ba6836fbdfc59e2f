// Any resource by its global id.

import type { Context, Fields } from "../context.ts";
import { bulkOperationsOf } from "../bulk/operation.ts";
import { findCollection } from "../../collections.ts";
import type { Discount } from "../../model.ts";
import { parseGid } from "../gid.ts";
import { named } from "../named.ts";
import { accessDenied, resourceNotFound, unimplemented } from "../refusal.ts";
import { adminSchema } from "../schema.ts";
import { discountNode } from "./discount/discount.ts";
import { isVisible } from "./order-list.ts";
import { findVariant } from "./product.ts";

type Finder = (context: Context, id: string) => object | undefined | null;

const FINDERS: Record<string, Finder> = {
  AppInstallation: ({ shop }, id) => (shop.installation?.id === id ? shop.installation : null),
  BulkOperation: ({ shop }, id) => bulkOperationsOf(shop).find((one) => one.id === id),
  Collection: ({ shop }, id) => findCollection(shop, id),
  Customer: ({ shop }, id) => shop.customers.get(id),
  DiscountAutomaticNode: ({ shop }, id) => discountOf(shop.discounts.get(id), "automatic"),
  DiscountCodeNode: ({ shop }, id) => discountOf(shop.discounts.get(id), "code"),
  Metafield: ({ shop }, id) => [...shop.metafields.values()].find((one) => one.id === id),
  MetafieldDefinition: ({ shop }, id) => shop.metafieldDefinitions.get(id),
  Order: (context, id) => {
    const order = context.shop.orders.get(id);
    return order !== undefined && isVisible(context, order) ? order : null;
  },
  Product: ({ shop }, id) => shop.products.get(id),
  ProductVariant: (context, id) => findVariant(context, id),
  Segment: ({ shop }, id) => shop.segments.get(id),
  Shop: ({ shop }, id) => (shop.id === id ? shop : null),
};

function discountOf(discount: Discount | undefined, method: string): object | null {
  return discount?.method === method ? discountNode(discount) : null;
}

export function findNode(context: Context, id: string): object | null {
  const parsed = parseGid(id);
  const find = FINDERS[parsed?.type ?? ""];
  if (parsed === null || adminSchema().schema.getType(parsed.type) === undefined) throw resourceNotFound(id);
  if (find === undefined) throw unimplemented("Node", parsed.type);
  const access = adminSchema().accessOf(parsed.type, null);
  if (access !== null && !access.scopes.some((scope) => context.scopes.has(scope))) {
    throw accessDenied("node", access.words);
  }
  const found = find(context, parsed.id) ?? null;
  return found === null ? null : "__typename" in found ? found : named(parsed.type, found);
}

export const nodeQueries: Fields = {
  node: (_: unknown, { id }: { id: string }, context: Context) => findNode(context, id),
  nodes: (_: unknown, { ids }: { ids: string[] }, context: Context) => ids.map((id) => findNode(context, id)),
};
