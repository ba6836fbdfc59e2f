import { resourceId } from "../resources.ts";
import type { Some } from "./wire.ts";

/** The global ids of some products or collections. */
export const gidsOf = ({ products, collections = [] }: Some): string[] =>
  products?.map((id) => resourceId("product", id)) ?? collections.map((id) => resourceId("collection", id));
