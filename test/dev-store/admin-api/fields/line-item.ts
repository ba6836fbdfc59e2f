import { lineAllocations } from "../../discounts/used.ts";
import type { LineItem, Order, Product, Variant } from "../../model.ts";
import { toAmount, toMillionths } from "../../money.ts";
import { unitsLeft } from "../../order-worth.ts";
import { currencyOf } from "../../webhooks/money-set.ts";
import type { Context, Fields } from "../context.ts";
import { gid } from "../gid.ts";
import { moneyBag } from "../money.ts";
import { allocationsOf } from "./order-discounts.ts";
import { variantOf, type VariantOf } from "./product.ts";

/** A line with its order, which money and refunds need. */
export type LineOf = { id: string; line: LineItem; order: Order };

export function lineOf(order: Order, line: LineItem): LineOf {
  return { id: line.id, line, order };
}

type Amount = (of: LineOf) => number;
const unit: Amount = ({ line }) => toMillionths(line.price);
const original: Amount = ({ line }) => toMillionths(line.price) * line.quantity;
const discount: Amount = ({ line }) => toMillionths(line.discount);
const discounted: Amount = (of) => original(of) - discount(of);
/** Rounded to a millionth, far below the smallest unit of any currency. */
const discountedUnit: Amount = (of) => (of.line.quantity === 0 ? 0 : Math.round(discounted(of) / of.line.quantity));

const bag =
  (amount: Amount) =>
  (of: LineOf, _args: never, { shop }: Context): unknown =>
    moneyBag(shop, of.order, amount(of));
const plain =
  (amount: Amount) =>
  (of: LineOf, _args: never, { shop }: Context): unknown =>
    toAmount(amount(of), currencyOf(shop, of.order));

const left: Amount = ({ line, order }) => unitsLeft(order, line);

function productOf({ line }: LineOf, { shop }: Context): Product | null {
  return line.productId === null ? null : (shop.products.get(line.productId) ?? null);
}

function variantTitle(of: LineOf, context: Context): string | null {
  const variant = foundVariant(of, context);
  return variant === null || variant.title === "Default Title" ? null : variant.title;
}

function foundVariant(of: LineOf, context: Context): Variant | null {
  return productOf(of, context)?.variants.find((variant) => variant.id === of.line.variantId) ?? null;
}

const toSend = (of: LineOf): number => (of.order.fulfilment ? 0 : left(of));

export const lineItemFields: Fields = {
  id: ({ line }: LineOf) => gid("LineItem", line.id),
  canRestock: () => true,
  contract: () => null,
  currentQuantity: left,
  customAttributes: () => [],
  discountAllocations: ({ order, line }: LineOf, _args: never, { shop }: Context) =>
    allocationsOf(shop, order, lineAllocations(order, line)),
  discountedTotal: plain(discounted),
  discountedTotalSet: bag(discounted),
  discountedUnitPrice: plain(discountedUnit),
  discountedUnitPriceSet: bag(discountedUnit),
  discountedUnitPriceAfterAllDiscountsSet: bag(discountedUnit),
  duties: () => [],
  fulfillableQuantity: toSend,
  fulfillmentStatus: ({ order }: LineOf) => (order.fulfilment ? "fulfilled" : "unfulfilled"),
  image: (of: LineOf, _args: never, context: Context) => {
    const url = productOf(of, context)?.image ?? null;
    return url === null ? null : { id: gid("ImageSource", of.line.id), url, altText: null, width: null, height: null };
  },
  isGiftCard: () => false,
  lineItemGroup: () => null,
  merchantEditable: (of: LineOf) => of.order.cancelledAt === null,
  name: (of: LineOf, _args: never, context: Context) => {
    const variant = variantTitle(of, context);
    return variant === null ? of.line.title : `${of.line.title} - ${variant}`;
  },
  nonFulfillableQuantity: () => 0,
  originalTotal: plain(original),
  originalTotalSet: bag(original),
  originalUnitPrice: plain(unit),
  originalUnitPriceSet: bag(unit),
  priceAfterAllDiscountsBeforeTaxesSet: bag(discounted),
  product: (of: LineOf, _args: never, context: Context) => productOf(of, context),
  quantity: ({ line }: LineOf) => line.quantity,
  refundableQuantity: left,
  requiresShipping: () => true,
  restockable: () => true,
  sellingPlan: () => null,
  sku: ({ line }: LineOf) => line.sku || null,
  staffMember: () => null,
  taxLines: () => [],
  taxable: () => true,
  title: ({ line }: LineOf) => line.title,
  totalDiscount: plain(discount),
  totalDiscountSet: bag(discount),
  unfulfilledDiscountedTotalSet: bag(discounted),
  unfulfilledOriginalTotalSet: bag(original),
  unfulfilledQuantity: toSend,
  variant: (of: LineOf, _args: never, context: Context): VariantOf | null => {
    const [product, variant] = [productOf(of, context), foundVariant(of, context)];
    return product === null || variant === null ? null : variantOf(product, variant);
  },
  variantTitle: (of: LineOf, _args: never, context: Context) => variantTitle(of, context),
  vendor: (of: LineOf, _args: never, context: Context) => productOf(of, context)?.vendor ?? null,
  weight: () => null,
};
