import { discountClass, discountStatus } from "../../../discounts/discount.ts";
import type { Discount, ShopState } from "../../../model.ts";
import { toMillionths } from "../../../money.ts";
import { connectInOrder, type PageArgs } from "../../connection.ts";
import type { Context, Fields } from "../../context.ts";
import { gid } from "../../gid.ts";
import { money } from "../../money.ts";
import { countOf } from "../count.ts";
import { metafieldOwner } from "../metafield.ts";
import { itemsOf } from "./items.ts";
import { summaryOf } from "./summary.ts";

/** A discount as the schema has it: a node, or the discount within the node. */
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

const TYPES = { basic: "Basic", bxgy: "Bxgy", freeShipping: "FreeShipping" } as const;

function ofType({ discount }: DiscountOf): DiscountOf {
  const noun = discount.method === "code" ? "Code" : "Automatic";
  return { __typename: `Discount${noun}${TYPES[discount.type ?? "basic"]}`, discount };
}

export const discountNodeFields: Fields = {
  ...metafieldOwner(({ discount }: DiscountOf) => discountGid(discount)),
  id: ({ discount }: DiscountOf) => discountGid(discount),
  discount: ofType,
  codeDiscount: ofType,
  automaticDiscount: ofType,
};

export const discountFields: Fields = {
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
  customerBuys: ({ discount }: DiscountOf, _args: never, { shop }: Context) => ({
    isOneTimePurchase: true,
    isSubscription: false,
    items: itemsOf(discount.buys?.items ?? { kind: "all" }),
    value: boughtOf(shop, discount.buys),
  }),
  customerGets: ({ discount }: DiscountOf, _args: never, { shop }: Context) => ({
    appliesOnOneTimePurchase: true,
    appliesOnSubscription: false,
    items: itemsOf(discount.appliesTo),
    value:
      discount.type === "bxgy"
        ? {
            __typename: "DiscountOnQuantity",
            quantity: { quantity: String(discount.getsQuantity ?? 1) },
            effect: valueOf(shop, discount),
          }
        : valueOf(shop, discount),
  }),
  destinationSelection: ({ discount: { countries } }: DiscountOf) =>
    countries
      ? { __typename: "DiscountCountries", countries: countries.codes, includeRestOfWorld: countries.rest }
      : { __typename: "DiscountCountryAll", allCountries: true },
  maximumShippingPrice: ({ discount }: DiscountOf, _args: never, { shop }: Context) =>
    discount.maximumShippingPrice == null ? null : money(shop, toMillionths(discount.maximumShippingPrice)),
  usesPerOrderLimit: ({ discount }: DiscountOf) => discount.usesPerOrderLimit ?? null,
  appliesOnOneTimePurchase: () => true,
  appliesOnSubscription: () => false,
  discountClass: ({ discount }: DiscountOf) => discountClass(discount),
  discountClasses: ({ discount }: DiscountOf) => [discountClass(discount)],
  endsAt: ({ discount }: DiscountOf) => discount.endsAt,
  startsAt: ({ discount }: DiscountOf) => discount.startsAt,
  hasTimelineComment: () => false,
  minimumRequirement: ({ discount }: DiscountOf, _args: never, { shop }: Context) => minimumOf(shop, discount),
  recurringCycleLimit: ({ discount }: DiscountOf) => (discount.method === "code" ? null : 1),
  shareableUrls: ({ discount }: DiscountOf, _args: never, { shop }: Context) =>
    discount.codes.slice(0, 1).map((code) => ({
      targetItemImage: null,
      targetType: "HOME",
      title: "Home page",
      url: `https://${shop.domain}/discount/${encodeURIComponent(code)}`,
    })),
  shortSummary: ({ discount }: DiscountOf, _args: never, { shop }: Context) => summaryOf(shop, discount),
  summary: ({ discount }: DiscountOf, _args: never, { shop }: Context) => summaryOf(shop, discount),
  status: ({ discount }: DiscountOf, _args: never, { store }: Context) => discountStatus(discount, store.clock.now()),
  tags: ({ discount }: DiscountOf) => discount.tags ?? [],
  totalSales: (_: DiscountOf, __: never, { shop }: Context) => money(shop, 0),
  usageLimit: ({ discount }: DiscountOf) => discount.usageLimit,
};

function valueOf(shop: ShopState, { value }: Discount): object {
  if (value.kind === "percentage") return { __typename: "DiscountPercentage", percentage: Number(value.share) };
  const amount = money(shop, toMillionths(value.amount));
  return { __typename: "DiscountAmount", amount, appliesOnEachItem: value.eachItem === true };
}

function boughtOf(shop: ShopState, buys: Discount["buys"]): object {
  if (buys?.amount != null) {
    return { __typename: "DiscountPurchaseAmount", amount: money(shop, toMillionths(buys.amount)).amount };
  }
  return { __typename: "DiscountQuantity", quantity: String(buys?.quantity ?? 1) };
}

function minimumOf(shop: ShopState, { minimumSubtotal, minimumQuantity }: Discount): object | null {
  if (minimumSubtotal !== null) {
    const least = money(shop, toMillionths(minimumSubtotal));
    return { __typename: "DiscountMinimumSubtotal", greaterThanOrEqualToSubtotal: least };
  }
  if (minimumQuantity == null) return null;
  return { __typename: "DiscountMinimumQuantity", greaterThanOrEqualToQuantity: String(minimumQuantity) };
}

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
