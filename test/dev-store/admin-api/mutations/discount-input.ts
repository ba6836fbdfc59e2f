// Checks a discount's input by Shopify's rules. The words of refusals are recorded.

import { discountStatus } from "../../discounts/discount.ts";
import type { Discount, DiscountContext } from "../../model.ts";
import { boundedMillionths, toAmount } from "../../money.ts";
import type { Context } from "../context.ts";
import { gid, ownId } from "../gid.ts";
import { resourceNotFound, unimplemented } from "../refusal.ts";
import { refuseContradictions } from "./discount-contradictions.ts";
import type { DiscountInput, Picked } from "./discount-fields.ts";

export type DiscountError = { field: string[]; message: string; code: string | null; extraInfo: null };
class Faults {
  readonly errors: DiscountError[] = [];
  private readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  add(path: string, message: string, code: string | null): void {
    this.errors.push({ field: [this.root, ...path.split(".")], message, code, extraInfo: null });
  }

  /** Adds a fault of the discount's id instead of a fault of the input. */
  addOfId(message: string): void {
    this.errors.push({ field: ["id"], message, code: null, extraInfo: null });
  }
}

/** The discount after the change. Fields that the input lacks stay. */
export function changeDiscount(
  context: Context,
  present: Discount,
  input: DiscountInput,
  root: string,
): { discount: Discount; errors: DiscountError[] } {
  refuseContradictions(input);
  const faults = new Faults(root);
  const discount: Discount = { ...present };
  takeTitle(context, discount, input, faults);
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

/**
 * An automatic discount's title must be unique. The code of this refusal, and how far uniqueness reaches, are not verified: a
 * switch selects.
 */
function takeTitle({ store, shop }: Context, discount: Discount, { title }: DiscountInput, faults: Faults): void {
  if (title !== undefined) discount.title = title ?? "";
  if (discount.title.trim() === "") return faults.add("title", "Title can't be blank", "BLANK");
  if (discount.title.length > 255) {
    return faults.add("title", "Title is too long (maximum is 255 characters)", "TOO_LONG");
  }
  const always = store.switches.automaticTitlesAlways;
  if (discount.method !== "automatic" || (!always && shop.discounts.has(discount.id))) return;
  const same = (one: Discount): boolean => one.title.trim().toLowerCase() === discount.title.trim().toLowerCase();
  const taken = [...shop.discounts.values()].some(
    (one) =>
      one.id !== discount.id &&
      one.method === "automatic" &&
      same(one) &&
      (always || discountStatus(one, store.clock.now()) !== "EXPIRED"),
  );
  if (taken) faults.add("title", "Title must be unique for automatic discount.", always ? null : "TAKEN");
}

function takeCode({ shop }: Context, discount: Discount, { code }: DiscountInput, faults: Faults): void {
  if (code === undefined && discount.codes.length > 0) return;
  if (discount.codes.length > 1) return faults.addOfId("Cannot update the code of a bulk discount.");
  if (code == null) return faults.add("code", "Code can't be blank", "BLANK");
  if (code.trim() === "") return faults.add("code", "Code is too short (minimum is 1 character)", "TOO_SHORT");
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
  const ids = (list: string[] | null | undefined): string[] => (list ?? []).map((id) => ownId(type, id));
  const removed = new Set(ids(change.remove));
  return [...new Set([...present, ...ids(change.add)])].filter((id) => !removed.has(id));
}

function takeContext({ store, shop }: Context, discount: Discount, input: DiscountInput, faults: Faults): void {
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
    // Deleted customers and segments are not in the list any more.
    const named = present.kind === "customers" ? present.customerIds.filter((id) => shop.customers.has(id)) : [];
    const customerIds = picked(named, wish.customers, "Customer");
    discount.context = { kind: "customers", customerIds };
    const gone = customerIds.find((id) => !shop.customers.has(id));
    if (gone !== undefined && store.switches.goneCustomerAtTop) {
      throw resourceNotFound(gid("Customer", gone));
    }
    missing(customerIds, shop.customers, `${root}.customers.add`, "Customer", faults);
  } else if (wish.customerSegments != null) {
    const named = present.kind === "segments" ? present.segmentIds.filter((id) => shop.segments.has(id)) : [];
    const segmentIds = picked(named, wish.customerSegments, "Segment");
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
  const automatic = discount.method === "automatic";
  if (value.percentage != null) {
    if (value.percentage < 0 || value.percentage > 1 || (automatic && value.percentage === 0)) {
      const message = "Value must be between 0.0 and 1.0";
      return faults.add("customerGets.value.percentage", message, "VALUE_OUTSIDE_RANGE");
    }
    // Rounding to six decimal places removes the error of the float.
    discount.value = { kind: "percentage", share: value.percentage.toFixed(6).replace(/\.?0+$/, "") };
  } else if (value.discountAmount?.amount != null) {
    const path = "customerGets.value.discountAmount.amount";
    const amount = boundedMillionths(String(value.discountAmount.amount));
    // Shopify stores amounts as negative numbers, and its message is about the negative number.
    if (automatic && amount <= 0) return faults.add(path, "Value must be less than 0", "GREATER_THAN");
    if (amount < 0) return faults.add(path, "Value must be less than or equal to 0", "LESS_THAN_OR_EQUAL_TO");
    if (amount === Infinity) return faults.add(path, `Value must be greater than -${MOST_MONEY}`, "LESS_THAN");
    const eachItem = value.discountAmount.appliesOnEachItem === true;
    discount.value = { kind: "amount", amount: toAmount(amount, shop.currency), eachItem };
  }
}

const MOST_MONEY = "1000000000000000000";
const MOST_PIECES = 2_147_483_647;

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
  const quantity = minimum?.quantity?.greaterThanOrEqualToQuantity ?? null;
  const at = { subtotal: "minimumRequirement.subtotal.greaterThanOrEqualToSubtotal", quantity: "minimumRequirement.quantity.greaterThanOrEqualToQuantity" }; // prettier-ignore
  if (subtotal !== null && quantity !== null) {
    faults.add(at.subtotal, "Minimum subtotal cannot be defined when minimum quantity is.", "CONFLICT");
    return faults.add(at.quantity, "Minimum quantity cannot be defined when minimum subtotal is.", "CONFLICT");
  }
  if (quantity !== null) {
    if (Number(quantity) < MOST_PIECES) throw unimplemented("DiscountMinimumRequirementInput", "quantity");
    return faults.add(at.quantity, `Minimum quantity must be less than ${MOST_PIECES}`, "LESS_THAN");
  }
  const amount = subtotal === null ? null : boundedMillionths(String(subtotal));
  if (amount === Infinity)
    return faults.add(at.subtotal, `Minimum subtotal must be less than ${MOST_MONEY}`, "LESS_THAN");
  discount.minimumSubtotal = amount === null ? null : toAmount(amount, shop.currency);
}
