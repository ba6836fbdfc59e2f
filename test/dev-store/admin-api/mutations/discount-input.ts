// What the app asks of a discount, held against Shopify's rules; the words of the refusals are recorded ones.

import type { Discount, DiscountContext } from "../../model.ts";
import { toAmount, toMillionths } from "../../money.ts";
import type { Context } from "../context.ts";
import { idOf } from "../gid.ts";
import { unimplemented } from "../refusal.ts";

export type DiscountError = { field: string[]; message: string; code: string; extraInfo: null };
type Picked = { add?: string[] | null; remove?: string[] | null };

export type DiscountInput = {
  title?: string | null;
  tags?: string[] | null;
  code?: string | null;
  startsAt?: string | null;
  endsAt?: string | null;
  usageLimit?: number | null;
  appliesOncePerCustomer?: boolean | null;
  combinesWith?: Partial<Discount["combinesWith"]> | null;
  context?: {
    all?: "ALL" | null;
    customers?: Picked | null;
    customerSegments?: Picked | null;
    markets?: unknown;
  } | null;
  customerSelection?: { all?: boolean | null; customers?: Picked | null; customerSegments?: Picked | null } | null;
  customerGets?: {
    value?: {
      percentage?: number | null;
      discountAmount?: { amount?: string | null } | null;
      discountOnQuantity?: unknown;
    } | null;
    items?: {
      all?: boolean | null;
      products?: { productsToAdd?: string[] | null; productsToRemove?: string[] | null } | null;
      collections?: unknown;
    } | null;
  } | null;
  minimumRequirement?: {
    subtotal?: { greaterThanOrEqualToSubtotal?: string | null } | null;
    quantity?: { greaterThanOrEqualToQuantity?: string | null } | null;
  } | null;
};

class Faults {
  readonly errors: DiscountError[] = [];
  private readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  add(path: string, message: string, code: string): void {
    this.errors.push({ field: [this.root, ...path.split(".")], message, code, extraInfo: null });
  }
}

/** The discount as it would be; what the input does not name stays. */
export function changeDiscount(
  context: Context,
  present: Discount,
  input: DiscountInput,
  root: string,
): { discount: Discount; errors: DiscountError[] } {
  const faults = new Faults(root);
  const discount: Discount = { ...present };
  if (input.title !== undefined) discount.title = input.title ?? "";
  if (discount.title.trim() === "") faults.add("title", "Title can't be blank", "BLANK");
  if (discount.title.length > 255) faults.add("title", "Title is too long (maximum is 255 characters)", "TOO_LONG");
  if (discount.method === "code") takeCode(context, discount, input, faults);
  takeDates(discount, input, faults);
  takeLimits(discount, input, faults);
  takeContext(context, discount, input, faults);
  takeValue(context, discount, input, faults);
  takeItems(context, discount, input, faults);
  takeMinimum(context, discount, input, faults);
  if (input.tags != null) discount.tags = [...new Set(input.tags)];
  if (input.combinesWith != null) discount.combinesWith = { ...discount.combinesWith, ...input.combinesWith };
  return { discount, errors: faults.errors };
}

function takeCode({ shop }: Context, discount: Discount, { code }: DiscountInput, faults: Faults): void {
  if (code === undefined && discount.codes.length > 0) return;
  if (code == null || code.trim() === "") return faults.add("code", "Code can't be blank", "BLANK");
  if (code.length > 255) return faults.add("code", "Code is too long (maximum is 255 characters)", "TOO_LONG");
  if (/[\r\n]/.test(code)) return faults.add("code", "Code cannot contain newline characters.", "INVALID");
  const wanted = code.toUpperCase();
  for (const other of shop.discounts.values()) {
    if (other.id === discount.id || !other.codes.some((one) => one.toUpperCase() === wanted)) continue;
    return faults.add("code", "Code must be unique. Please try a different code.", "TAKEN");
  }
  discount.codes = [code, ...discount.codes.slice(1)];
}

function takeDates(discount: Discount, { startsAt, endsAt }: DiscountInput, faults: Faults): void {
  if (startsAt != null) discount.startsAt = new Date(startsAt).toISOString();
  if (discount.startsAt === "") faults.add("startsAt", "Starts at can't be blank", "BLANK");
  if (endsAt !== undefined) discount.endsAt = endsAt === null ? null : new Date(endsAt).toISOString();
  if (discount.endsAt !== null && Date.parse(discount.endsAt) <= Date.parse(discount.startsAt)) {
    faults.add("endsAt", "Ends at needs to be after starts_at", "INVALID");
  }
}

function takeLimits(discount: Discount, input: DiscountInput, faults: Faults): void {
  if (input.usageLimit !== undefined) discount.usageLimit = input.usageLimit;
  if (discount.usageLimit !== null && discount.usageLimit <= 0) {
    faults.add("usageLimit", "Usage limit must be greater than 0", "GREATER_THAN");
  }
  if (input.appliesOncePerCustomer != null) discount.appliesOncePerCustomer = input.appliesOncePerCustomer;
}

function picked(present: string[], change: Picked, type: string): string[] {
  const ids = (list: string[] | null | undefined): string[] => (list ?? []).flatMap((id) => idOf(type, id) ?? []);
  const removed = new Set(ids(change.remove));
  return [...new Set([...present, ...ids(change.add)])].filter((id) => !removed.has(id));
}

function takeContext({ shop }: Context, discount: Discount, input: DiscountInput, faults: Faults): void {
  if (input.context != null && input.customerSelection != null) {
    return faults.add("context", "Only one of context or customerSelection can be provided.", "INVALID");
  }
  const wish = input.context ?? input.customerSelection;
  if (wish == null) return;
  if ("markets" in wish && wish.markets != null) throw unimplemented("DiscountContextInput", "markets");
  const root = input.context == null ? "customerSelection" : "context";
  const given = [wish.all, wish.customers, wish.customerSegments].filter((one) => one != null && one !== false);
  if (given.length !== 1) return faults.add(root, "Exactly one buyer context must be provided.", "INVALID");
  const present: DiscountContext = discount.context;
  if (wish.customers != null) {
    // A customer who was deleted is no longer among them.
    const named = present.kind === "customers" ? present.customerIds.filter((id) => shop.customers.has(id)) : [];
    const customerIds = picked(named, wish.customers, "Customer");
    discount.context = { kind: "customers", customerIds };
    missing(customerIds, shop.customers, `${root}.customers.add`, "Customer", faults);
  } else if (wish.customerSegments != null) {
    const segmentIds = picked(present.kind === "segments" ? present.segmentIds : [], wish.customerSegments, "Segment");
    discount.context = { kind: "segments", segmentIds };
    missing(segmentIds, shop.segments, `${root}.customerSegments.add`, "Customer segment", faults);
  } else {
    discount.context = { kind: "all" };
  }
}

function missing(ids: string[], known: Map<string, unknown>, path: string, noun: string, faults: Faults): void {
  if (ids.length === 0) {
    const message = "a minimum of one prerequisite segment or prerequisite customer must be provided";
    faults.add(path.split(".")[0] ?? "", message, "INVALID");
  }
  for (const id of ids) if (!known.has(id)) faults.add(path, `${noun} with id: ${id} is invalid`, "INVALID");
}

function takeValue({ shop }: Context, discount: Discount, { customerGets }: DiscountInput, faults: Faults): void {
  const value = customerGets?.value;
  if (value == null) return;
  if (value.discountOnQuantity != null) {
    const message = "discountOnQuantity field is only permitted with bxgy discounts.";
    return faults.add("customerGets.value.discountOnQuantity", message, "INVALID");
  }
  if (value.percentage != null) {
    if (value.percentage < 0 || value.percentage > 1) {
      const message = "Value must be between 0.0 and 1.0";
      return faults.add("customerGets.value.percentage", message, "VALUE_OUTSIDE_RANGE");
    }
    // Six digits: what a float meant to say of a percentage.
    discount.value = { kind: "percentage", share: value.percentage.toFixed(6).replace(/\.?0+$/, "") };
  } else if (value.discountAmount?.amount != null) {
    const amount = toMillionths(String(value.discountAmount.amount));
    if (amount <= 0) {
      const message = "Value must be less than or equal to 0";
      return faults.add("customerGets.value.discountAmount.amount", message, "LESS_THAN_OR_EQUAL_TO");
    }
    discount.value = { kind: "amount", amount: toAmount(amount, shop.currency) };
  }
}

function takeItems({ shop }: Context, discount: Discount, { customerGets }: DiscountInput, faults: Faults): void {
  const items = customerGets?.items;
  if (items == null) return;
  if (items.collections != null) throw unimplemented("DiscountItemsInput", "collections");
  if (items.products == null) {
    if (items.all === true) discount.appliesTo = { kind: "all" };
    return;
  }
  const present = discount.appliesTo.kind === "products" ? discount.appliesTo.productIds : [];
  const change = { add: items.products.productsToAdd ?? null, remove: items.products.productsToRemove ?? null };
  const productIds = picked(present, change, "Product");
  for (const id of productIds) {
    if (shop.products.has(id)) continue;
    faults.add("customerGets.items.products.productsToAdd", `Product with id: ${id} is invalid`, "INVALID");
  }
  discount.appliesTo = { kind: "products", productIds };
}

function takeMinimum({ shop }: Context, discount: Discount, input: DiscountInput, faults: Faults): void {
  const minimum = input.minimumRequirement;
  if (minimum === undefined) return;
  const subtotal = minimum?.subtotal?.greaterThanOrEqualToSubtotal ?? null;
  if (minimum?.quantity != null) {
    if (subtotal === null) throw unimplemented("DiscountMinimumRequirementInput", "quantity");
    const message = "Minimum quantity cannot be defined when minimum subtotal is.";
    faults.add("minimumRequirement.quantity.greaterThanOrEqualToQuantity", message, "CONFLICT");
  }
  discount.minimumSubtotal = subtotal === null ? null : toAmount(toMillionths(String(subtotal)), shop.currency);
}
