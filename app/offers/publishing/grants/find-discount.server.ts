// Finds an offer's discount in Shopify by the stored id, else by the app's tag.
import type { AdminApi } from "../../../shopify/admin-api.server.ts";
import {
  FIND,
  NEWEST,
  OF_CODE,
  READ,
  type ContextNode,
  type DiscountBody,
  type DiscountNode,
  type Method,
} from "./discount-documents.ts";
import type { Family } from "./grant-form.ts";

/** The tag of every discount that the app makes. */
export const OURS = "regulars";
const OFFER = "regulars-";
export const tagsOf = (offerId: string): string[] => [OURS, OFFER + offerId];

export type Found = {
  id: string;
  method: Method;
  /** Null: a type of discount that the app does not make. */
  family: Family | null;
  /** From the tag. Null: the app did not make the discount. */
  offerId: string | null;
  context: ContextNode | null;
  expired: boolean;
  /** Empty where Shopify turned the discount into another kind. */
  body: Partial<DiscountBody>;
};

const FAMILIES: readonly Family[] = ["Basic", "Bxgy", "FreeShipping"];

export const numberOf = (gid: string): string => gid.slice(gid.lastIndexOf("/") + 1);
export const gidOf = (method: Method, gid: string): string =>
  `gid://shopify/${method === "code" ? "DiscountCodeNode" : "DiscountAutomaticNode"}/${numberOf(gid)}`;

export function foundOf({ id, discount }: DiscountNode): Found {
  const method: Method = discount.__typename.startsWith("DiscountCode") ? "code" : "automatic";
  return {
    id: gidOf(method, id),
    method,
    family: FAMILIES.find((family) => discount.__typename.endsWith(family)) ?? null,
    offerId: discount.tags?.find((tag) => tag.startsWith(OFFER))?.slice(OFFER.length) ?? null,
    context: discount.context ?? null,
    expired: discount.status === "EXPIRED",
    body: discount,
  };
}

type One = { discountNode: DiscountNode | null };
type Some = {
  discountNodes: { nodes: DiscountNode[]; pageInfo?: { hasNextPage: boolean; endCursor: string | null } };
};

export async function readDiscount(admin: AdminApi, id: string): Promise<Found | null> {
  const { discountNode } = await admin.request<One>(READ, { id });
  return discountNode && foundOf(discountNode);
}

/** Shopify looks a code up directly, not by its search. */
export async function discountOfCode(admin: AdminApi, code: string): Promise<Found | null> {
  const { discountNode } = await admin.request<One>(OF_CODE, { code });
  return discountNode && foundOf(discountNode);
}

/** The offer's best discount: an active one before an ended one, then the older one. */
const best = (nodes: DiscountNode[], offerId: string): Found | null =>
  nodes
    .map(foundOf)
    .filter((found) => found.offerId === offerId)
    .toSorted(
      (a, b) => Number(a.expired) - Number(b.expired) || Number(BigInt(numberOf(a.id)) - BigInt(numberOf(b.id))),
    )[0] ?? null;

/** `lost`: an earlier run may have made the discount just now, and Shopify's search may not show it yet. */
export async function findDiscount(
  admin: AdminApi,
  offerId: string,
  knownId: string | null,
  lost = false,
): Promise<Found | null> {
  const known = knownId && (await readDiscount(admin, knownId));
  if (known) return known;
  const byTag = await admin.request<Some>(FIND, { query: `tag:'${OFFER}${offerId}'` });
  const found = best(byTag.discountNodes.nodes, offerId);
  const listed = found ?? (lost ? best((await admin.request<Some>(NEWEST)).discountNodes.nodes, offerId) : null);
  return listed && ((await readDiscount(admin, listed.id)) ?? listed);
}

/** All discounts with the app's tag. Only their heads are read. */
export async function allDiscounts(admin: AdminApi): Promise<Found[]> {
  const all: Found[] = [];
  for (let after: string | null = null; ;) {
    const { discountNodes }: Some = await admin.request<Some>(FIND, { query: `tag:'${OURS}'`, after });
    all.push(...discountNodes.nodes.map(foundOf).filter(({ offerId }) => offerId !== null));
    if (!discountNodes.pageInfo?.hasNextPage) return all;
    after = discountNodes.pageInfo.endCursor;
  }
}
