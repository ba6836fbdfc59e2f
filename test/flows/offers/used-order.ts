// An order with a discount, as a reader returns it.
import type { LineItemRow, OrderRow } from "../../../app/customers/facts/entities.ts";
import { orderRow } from "../order-row.ts";

/** An order over 36.00, after a discount of 4.00 by the code. Shops of `newShop` have rupees. */
export function usedOrder(code: string, placed: Date, more: Partial<OrderRow> = {}): OrderRow {
  const at = placed.toISOString();
  return orderRow({
    ...{ id: "1", currency: "INR", presentmentCurrency: "INR", total: "36.00", currentTotal: "36.00" },
    ...{ updatedAt: at, seenAt: at, processedAt: at, createdAt: at },
    discountCodes: [{ code, amount: null, type: null }],
    lineItems: [discountedLine({ amount: "4.00", type: "discount_code", code, title: null })],
    ...more,
  });
}

export const discountedLine = (allocation: LineItemRow["allocations"][number]): LineItemRow => ({
  ...{ id: "l", productId: null, variantId: null, title: "Tea", sku: null, quantity: 1, price: "40.00" },
  discount: allocation.amount,
  allocations: [allocation],
});
