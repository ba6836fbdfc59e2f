// The products and collections of a grant that still exist. Shopify takes a deleted one out of its discounts.
import { resourceId } from "../../../resources.ts";
import type { AdminApi } from "../../../shopify/admin-api.server.ts";
import { readTitles } from "../../../shopify/resource-names.server.ts";
import type { Grant } from "../../offer-kind.ts";
import { gidsOf } from "../../item-gids.ts";
import type { Some } from "../../wire.ts";

const someOf = (grant: Grant): Some[] => {
  if (grant.kind === "deal") return [grant.buys, grant.gets];
  return grant.kind === "shipping" || !grant.items ? [] : [grant.items];
};

/** The grant for the items that still exist. Null: a list of the grant would be empty, or nothing was deleted. */
export async function grantOfItemsThere(admin: AdminApi, grant: Grant): Promise<Grant | null> {
  const gids = someOf(grant).flatMap(gidsOf);
  if (gids.length === 0) return null;
  const there = await readTitles(admin, gids);
  if (gids.every((gid) => there[gid] !== undefined)) return null;
  const left = ({ products, collections = [] }: Some): Some =>
    products
      ? { products: products.filter((id) => there[resourceId("product", id)] !== undefined) }
      : { collections: collections.filter((id) => there[resourceId("collection", id)] !== undefined) };
  const held = withItems(grant, left);
  return someOf(held).every((some) => gidsOf(some).length > 0) ? held : null;
}

function withItems(grant: Grant, left: (some: Some) => Some): Grant {
  if (grant.kind === "deal") return { ...grant, buys: left(grant.buys), gets: left(grant.gets) };
  return grant.kind === "shipping" || !grant.items ? grant : { ...grant, items: left(grant.items) };
}
