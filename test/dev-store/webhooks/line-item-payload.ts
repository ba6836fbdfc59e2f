import { lineAllocations, type Allocation } from "../discounts/used.ts";
import type { LineItem, Order, ShopState } from "../model.ts";
import { toAmount, toMillionths } from "../money.ts";
import { unitsLeft } from "../order-worth.ts";
import { currencyOf, moneySet } from "./money-set.ts";
import { exact, exactOrNull } from "./serialise.ts";

export function lineItem(shop: ShopState, order: Order, line: LineItem): unknown {
  const price = toMillionths(line.price);
  const left = unitsLeft(order, line);
  const product = line.productId === null ? undefined : shop.products.get(line.productId);
  const variant = product?.variants.find((entry) => entry.id === line.variantId);
  const variantTitle = variant === undefined || variant.title === "Default Title" ? null : variant.title;
  const toSend = order.fulfilment ? 0 : left;
  return {
    id: exact(line.id),
    admin_graphql_api_id: `gid://shopify/LineItem/${line.id}`,
    attributed_staffs: [],
    current_quantity: left,
    fulfillable_quantity: toSend,
    fulfillment_service: "manual",
    fulfillment_status: order.fulfilment ? "fulfilled" : null,
    gift_card: false,
    grams: 0,
    name: variantTitle === null ? line.title : `${line.title} - ${variantTitle}`,
    price: toAmount(price, currencyOf(shop, order)),
    price_set: moneySet(shop, order, price),
    product_exists: product !== undefined,
    product_id: exactOrNull(line.productId),
    properties: [],
    quantity: line.quantity,
    requires_shipping: true,
    sales_line_item_group_id: null,
    sku: line.sku,
    taxable: true,
    title: line.title,
    // A discount on the whole order is only in the line's allocations.
    total_discount: toAmount(0, currencyOf(shop, order)),
    total_discount_set: moneySet(shop, order, 0),
    variant_id: exactOrNull(line.variantId),
    variant_inventory_management: null,
    variant_title: variantTitle,
    vendor: product?.vendor ?? null,
    tax_lines: [],
    duties: [],
    discount_allocations: allocationFields(shop, order, lineAllocations(order, line)),
  };
}

/** Of a line item or a shipping line. */
export const allocationFields = (shop: ShopState, order: Order, allocations: Allocation[]): unknown[] =>
  allocations.map(({ index, amount }) => ({
    amount: toAmount(amount, currencyOf(shop, order)),
    amount_set: moneySet(shop, order, amount),
    discount_application_index: index,
  }));
