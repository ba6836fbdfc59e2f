import type { Order, ShopState } from "../../model.ts";
import { sum, toMillionths } from "../../money.ts";
import { money } from "../money.ts";

/** `id` is for paging only, since the schema has none. */
export type Application = { id: string; __typename: string } & Record<string, unknown>;

export function discountApplications(shop: ShopState, order: Order): Application[] {
  const same = { allocationMethod: "ACROSS", targetSelection: "ALL", targetType: "LINE_ITEM" };
  if (order.discountCodes.length > 0) {
    return order.discountCodes.map((discount, index) => ({
      ...same,
      ...(discount.type === "shipping" ? { targetType: "SHIPPING_LINE", allocationMethod: "EACH" } : {}),
      __typename: "DiscountCodeApplication",
      id: `${order.id}${index}`,
      index,
      code: discount.code,
      value: valueOf(shop, discount.type, discount.amount),
    }));
  }
  const off = sum(order.lineItems.map((line) => line.discount));
  if (off === 0) return [];
  const value = { __typename: "MoneyV2", ...money(shop, off) };
  const title = order.automaticTitle ?? "Automatic discount";
  return [{ ...same, __typename: "AutomaticDiscountApplication", id: `${order.id}0`, index: 0, title, value }];
}

function valueOf(shop: ShopState, type: string, amount: string): Record<string, unknown> {
  if (type === "percentage") return { __typename: "PricingPercentageValue", percentage: Number(amount) };
  return { __typename: "MoneyV2", ...money(shop, toMillionths(amount)) };
}
