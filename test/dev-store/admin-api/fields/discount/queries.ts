// Reads discounts: one by its id or code, and lists with a search.

import type { GraphQLResolveInfo } from "graphql";
import { discountClass, discountStatus } from "../../../discounts/discount.ts";
import type { Discount } from "../../../model.ts";
import { connect, mapConnection, type Order, type PageArgs } from "../../connection.ts";
import type { Context, Fields } from "../../context.ts";
import { parseGid } from "../../gid.ts";
import { resourceNotFound } from "../../refusal.ts";
import { searchIndex } from "../../search/lag.ts";
import { search, type Searchable } from "../../search/search.ts";
import { countOf } from "../count.ts";
import { discountGid, discountNode, type DiscountOf } from "./discount.ts";

function searchableIn({ store }: Context): Searchable<Discount> {
  return {
    words: (one) => [one.title, ...one.codes],
    filters: {
      created_at: { type: "time", of: (one) => one.createdAt },
      customer_ids: { type: "id", of: (one) => (one.context.kind === "customers" ? one.context.customerIds : null) },
      discount_class: { type: "word", of: discountClass },
      ends_at: { type: "time", of: (one) => one.endsAt },
      id: { type: "id", of: (one) => one.id },
      method: { type: "word", of: (one) => one.method },
      segment_ids: { type: "id", of: (one) => (one.context.kind === "segments" ? one.context.segmentIds : null) },
      tag: { type: "word", of: (one) => one.tags ?? null },
      starts_at: { type: "time", of: (one) => one.startsAt },
      status: { type: "word", of: (one) => discountStatus(one, store.clock.now()) },
      times_used: { type: "number", of: (one) => String(one.usedBy.length) },
      title: { type: "text", of: (one) => one.title },
      updated_at: { type: "time", of: (one) => one.updatedAt },
    },
  };
}

const ORDERS: Record<string, Order<Discount>["value"]> = {
  CREATED_AT: (one) => one.createdAt,
  ENDS_AT: (one) => one.endsAt ?? "",
  STARTS_AT: (one) => one.startsAt,
  TITLE: (one) => one.title.toLowerCase(),
  UPDATED_AT: (one) => one.updatedAt,
};

type DiscountsArgs = PageArgs & { query?: string | null; sortKey?: string };

function discountsOf(
  { query }: { query?: string | null },
  context: Context,
  info: GraphQLResolveInfo,
  method?: Discount["method"],
): Discount[] {
  const all = [...context.shop.discounts.values()].filter((one) => method === undefined || one.method === method);
  return searchIndex(context.store, all, query, (seen) => search(context, info, seen, query, searchableIn(context)));
}

const list =
  (method?: Discount["method"]) =>
  (_: unknown, args: DiscountsArgs, context: Context, info: GraphQLResolveInfo): unknown => {
    const value = ORDERS[args.sortKey ?? ""] ?? ((one: Discount) => BigInt(one.id));
    const page = connect(context, discountsOf(args, context, info, method), args, { id: (one) => one.id, value });
    return mapConnection(page, discountNode);
  };

/** Each family's own root field refuses ids of the other family. Null: the discount does not exist. */
const one =
  (typeName: "DiscountCodeNode" | "DiscountAutomaticNode" | null) =>
  (_: unknown, { id }: { id: string }, { shop }: Context): DiscountOf | null => {
    const parsed = parseGid(id);
    if (typeName !== null && parsed?.type !== typeName) throw resourceNotFound(id);
    const discount = shop.discounts.get(parsed?.id ?? "");
    return discount === undefined || discountGid(discount) !== id ? null : discountNode(discount);
  };

export const discountQueries: Fields = {
  discountNode: one(null),
  codeDiscountNode: one("DiscountCodeNode"),
  automaticDiscountNode: one("DiscountAutomaticNode"),
  discountNodes: list(),
  codeDiscountNodes: list("code"),
  automaticDiscountNodes: list("automatic"),
  discountNodesCount: (
    _: unknown,
    args: { query?: string | null; limit?: number | null },
    context: Context,
    info: GraphQLResolveInfo,
  ) => countOf(discountsOf(args, context, info).length, args.limit),
  codeDiscountNodeByCode: (_: unknown, { code }: { code: string }, { shop }: Context) => {
    const wanted = code.toUpperCase();
    const discount = [...shop.discounts.values()].find((each) =>
      each.codes.some((own) => own.toUpperCase() === wanted),
    );
    return discount === undefined ? null : discountNode(discount);
  },
};
