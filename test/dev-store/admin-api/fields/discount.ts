import type { GraphQLResolveInfo } from "graphql";
import { discountClass, discountStatus } from "../../discounts/discount.ts";
import type { Discount } from "../../model.ts";
import { toMillionths } from "../../money.ts";
import { connect, connectInOrder, mapConnection, type Order, type PageArgs } from "../connection.ts";
import type { Context, Fields } from "../context.ts";
import { gid, parseGid } from "../gid.ts";
import { money } from "../money.ts";
import { resourceNotFound } from "../refusal.ts";
import { searchIndex } from "../search/lag.ts";
import { search, type Searchable } from "../search/search.ts";
import { countOf } from "./count.ts";
import { metafieldOwner } from "./metafield.ts";

/** A discount as the schema has it: a node, or the basic discount within the node. */
export type DiscountOf = { __typename: string; discount: Discount };

function nodeTypeOf({ method }: Discount): string {
  return method === "code" ? "DiscountCodeNode" : "DiscountAutomaticNode";
}

export function discountGid(discount: Discount): string {
  return gid(nodeTypeOf(discount), discount.id);
}

export function discountNode(discount: Discount): DiscountOf {
  return { __typename: nodeTypeOf(discount), discount };
}

function basicDiscount({ discount }: DiscountOf): DiscountOf {
  return { __typename: discount.method === "code" ? "DiscountCodeBasic" : "DiscountAutomaticBasic", discount };
}

export const discountNodeFields: Fields = {
  ...metafieldOwner(({ discount }: DiscountOf) => discountGid(discount)),
  id: ({ discount }: DiscountOf) => discountGid(discount),
  discount: basicDiscount,
  codeDiscount: basicDiscount,
  automaticDiscount: basicDiscount,
};

export const basicDiscountFields: Fields = {
  title: ({ discount }: DiscountOf) => discount.title,
  appliesOncePerCustomer: ({ discount }: DiscountOf) => discount.appliesOncePerCustomer,
  asyncUsageCount: ({ discount }: DiscountOf) => discount.usedBy.length,
  usageCount: ({ discount }: DiscountOf) => discount.usedBy.length,
  codes: ({ discount }: DiscountOf, args: PageArgs, context: Context) =>
    connectInOrder(
      context,
      discount.codes.map((code, index) => ({
        id: gid("DiscountRedeemCode", `${discount.id}${index}`),
        code,
        asyncUsageCount: discount.usedBy.filter((use) => use.code?.toUpperCase() === code.toUpperCase()).length,
        createdBy: null,
      })),
      args,
    ),
  codesCount: ({ discount }: DiscountOf) => countOf(discount.codes.length, null),
  combinesWith: ({ discount }: DiscountOf) => ({
    ...discount.combinesWith,
    productDiscountsWithTagsOnSameCartLine: [],
  }),
  context: ({ discount }: DiscountOf, _args: never, context: Context) => contextOf(discount, context),
  customerSelection: ({ discount }: DiscountOf, _args: never, context: Context) => {
    const selection = contextOf(discount, context);
    if (selection["__typename"] !== "DiscountBuyerSelectionAll") return selection;
    return { __typename: "DiscountCustomerAll", allCustomers: true };
  },
  createdAt: ({ discount }: DiscountOf) => discount.createdAt,
  updatedAt: ({ discount }: DiscountOf) => discount.updatedAt,
  customerGets: ({ discount }: DiscountOf, _args: never, { shop }: Context) => ({
    appliesOnOneTimePurchase: true,
    appliesOnSubscription: false,
    items: { ...discount.appliesTo, __typename: itemsType(discount) },
    value:
      discount.value.kind === "percentage"
        ? { __typename: "DiscountPercentage", percentage: Number(discount.value.share) }
        : {
            __typename: "DiscountAmount",
            amount: money(shop, toMillionths(discount.value.amount)),
            appliesOnEachItem: discount.value.eachItem === true,
          },
  }),
  discountClass: ({ discount }: DiscountOf) => discountClass(discount),
  discountClasses: ({ discount }: DiscountOf) => [discountClass(discount)],
  endsAt: ({ discount }: DiscountOf) => discount.endsAt,
  startsAt: ({ discount }: DiscountOf) => discount.startsAt,
  hasTimelineComment: () => false,
  minimumRequirement: ({ discount }: DiscountOf, _args: never, { shop }: Context) =>
    discount.minimumSubtotal === null
      ? null
      : {
          __typename: "DiscountMinimumSubtotal",
          greaterThanOrEqualToSubtotal: money(shop, toMillionths(discount.minimumSubtotal)),
        },
  recurringCycleLimit: ({ discount }: DiscountOf) => (discount.method === "code" ? null : 1),
  shareableUrls: ({ discount }: DiscountOf, _args: never, { shop }: Context) =>
    discount.codes.slice(0, 1).map((code) => ({
      targetItemImage: null,
      targetType: "HOME",
      title: "Home page",
      url: `https://${shop.domain}/discount/${encodeURIComponent(code)}`,
    })),
  shortSummary: ({ discount }: DiscountOf) => summaryOf(discount),
  summary: ({ discount }: DiscountOf) => summaryOf(discount),
  status: ({ discount }: DiscountOf, _args: never, { store }: Context) => discountStatus(discount, store.clock.now()),
  tags: ({ discount }: DiscountOf) => discount.tags ?? [],
  totalSales: (_: DiscountOf, __: never, { shop }: Context) => money(shop, 0),
  usageLimit: ({ discount }: DiscountOf) => discount.usageLimit,
};

function itemsType({ appliesTo }: Discount): string {
  return appliesTo.kind === "all" ? "AllDiscountItems" : "DiscountProducts";
}

export const discountItemsFields: Fields = {
  allItems: () => true,
  products: ({ productIds }: { productIds: string[] }, args: PageArgs, context: Context) =>
    connectInOrder(
      context,
      productIds.flatMap((id) => context.shop.products.get(id) ?? []),
      args,
    ),
  productVariants: (_: unknown, args: PageArgs, context: Context) => connectInOrder(context, [], args),
};

function contextOf({ context }: Discount, { shop }: Context): Record<string, unknown> {
  switch (context.kind) {
    case "all":
      return { __typename: "DiscountBuyerSelectionAll", all: "ALL" };
    case "customers":
      return {
        __typename: "DiscountCustomers",
        customers: context.customerIds.flatMap((id) => shop.customers.get(id) ?? []),
      };
    case "segments":
      return {
        __typename: "DiscountCustomerSegments",
        segments: context.segmentIds.flatMap((id) => shop.segments.get(id) ?? []),
      };
  }
}

function summaryOf(discount: Discount): string {
  const { value, appliesTo } = discount;
  const off = value.kind === "percentage" ? `${Number((Number(value.share) * 100).toFixed(4))}%` : value.amount;
  const what = appliesTo.kind === "all" ? "entire order" : `${appliesTo.productIds.length} products`;
  const parts = [`${off} off ${what}`];
  if (discount.minimumSubtotal !== null) parts.push(`Minimum purchase of ${discount.minimumSubtotal}`);
  if (discount.appliesOncePerCustomer) parts.push("One use per customer");
  return parts.join(" • ");
}

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
