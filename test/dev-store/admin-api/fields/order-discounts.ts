import type { UsedDiscount } from "../../discounts/discount-model.ts";
import { discountsOf, type Allocation } from "../../discounts/used.ts";
import type { Order, ShopState } from "../../model.ts";
import { toMillionths } from "../../money.ts";
import { money, moneyBag } from "../money.ts";

/** `id` is for paging only, since the schema has none. */
export type Application = { id: string; __typename: string } & Record<string, unknown>;

export function discountApplications(shop: ShopState, order: Order): Application[] {
  return discountsOf(order).map((used, index) => ({
    ...(used.type === "shipping"
      ? { targetType: "SHIPPING_LINE", allocationMethod: "EACH" }
      : { targetType: "LINE_ITEM", allocationMethod: "ACROSS" }),
    targetSelection: "ALL",
    ...(used.code === null
      ? { __typename: "AutomaticDiscountApplication", title: used.title }
      : { __typename: "DiscountCodeApplication", code: used.code }),
    id: `${order.id}${index}`,
    index,
    value: valueOf(shop, used),
  }));
}

/** The value of an automatic discount is what it took off. */
function valueOf(shop: ShopState, { code, type, amount }: UsedDiscount): Record<string, unknown> {
  if (type === "shipping") return { __typename: "PricingPercentageValue", percentage: 100 };
  if (code !== null && type === "percentage") {
    return { __typename: "PricingPercentageValue", percentage: Number(amount) };
  }
  return { __typename: "MoneyV2", ...money(shop, toMillionths(amount)) };
}

/** Of a line item or a shipping line. */
export function allocationsOf(shop: ShopState, order: Order, allocations: Allocation[]): unknown[] {
  if (allocations.length === 0) return [];
  const applications = discountApplications(shop, order);
  return allocations.map(({ index, amount }) => {
    const allocatedAmountSet = moneyBag(shop, order, amount);
    return {
      allocatedAmount: allocatedAmountSet.shopMoney,
      allocatedAmountSet,
      discountApplication: applications[index],
    };
  });
}
