import { updateCustomer } from "../../commands/customer.ts";
import { updateOrder } from "../../commands/order-change.ts";
import { updateProduct } from "../../commands/product.ts";
import type { Context, Fields } from "../context.ts";
import { parseGid } from "../gid.ts";
import { accessDenied, resourceNotFound } from "../refusal.ts";

type Args = { id: string; tags: string[] };
const LONGEST_TAG = 255;

const SCOPES: Record<string, string> = {
  Customer: "write_customers",
  Order: "write_orders",
  Product: "write_products",
};

/** Trims tags, removes empty ones, and removes repetitions regardless of case. */
function cleanTags(tags: string[]): string[] {
  const clean = tags.flatMap((tag) => tag.split(",")).map((tag) => tag.trim());
  return clean.filter((tag, at) => tag !== "" && clean.findIndex((one) => sameTag(one, tag)) === at);
}

function sameTag(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** The tags after the change. Tags that stay keep their position and their case. */
function nextTags(present: string[], given: string[], add: boolean): string[] {
  const meant = (tag: string): boolean => given.some((one) => sameTag(one, tag));
  if (!add) return present.filter((tag) => !meant(tag));
  return [...present, ...given.filter((tag) => !present.some((one) => sameTag(one, tag)))];
}

function write({ store, shop }: Context, type: string, id: string, given: string[], add: boolean): void {
  const rows: Map<string, { tags: string[] }> =
    type === "Customer" ? shop.customers : type === "Order" ? shop.orders : shop.products;
  const present = rows.get(id)?.tags ?? [];
  const tags = nextTags(present, given, add);
  if (tags.join("\n") === present.join("\n")) return;
  if (type === "Customer") updateCustomer(store, shop, id, { tags });
  else if (type === "Order") updateOrder(store, shop, id, { tags });
  else updateProduct(store, shop, id, { tags });
}

function change(add: boolean): (_: unknown, args: Args, context: Context) => unknown {
  return (_, { id, tags }, context) => {
    const { type, id: bare } = parseGid(id) ?? { type: "", id: "" };
    const scope = SCOPES[type];
    if (scope === undefined) throw resourceNotFound(id);
    if (!context.scopes.has(scope)) throw accessDenied(add ? "tagsAdd" : "tagsRemove", `\`${scope}\` access scope.`);
    const node = context.node(context, id);
    if (node === null) return { node, userErrors: [{ field: ["id"], message: `${type} does not exist` }] };
    const given = cleanTags(tags);
    if (given.some((tag) => tag.length > LONGEST_TAG)) {
      const message = `Tags is too long (maximum is ${LONGEST_TAG} characters)`;
      return { node, userErrors: [{ field: ["tags"], message }] };
    }
    write(context, type, bare, given, add);
    return { node, userErrors: [] };
  };
}

export const tagMutations: Fields = { tagsAdd: change(true), tagsRemove: change(false) };
