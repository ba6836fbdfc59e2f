// Checks a discount's input by Shopify's rules. The words of refusals are recorded.

import { discountClass, discountStatus } from "../../../discounts/discount.ts";
import type { DiscountContext } from "../../../discounts/discount-model.ts";
import type { Discount } from "../../../model.ts";
import type { Context } from "../../context.ts";
import { gid } from "../../gid.ts";
import { resourceNotFound, unimplemented } from "../../refusal.ts";
import { refuseContradictions } from "./contradictions.ts";
import { takeDestination } from "./destination.ts";
import { Faults, type DiscountError } from "./faults.ts";
import type { DiscountInput } from "./fields.ts";
import { picked, takeBuys, takeGets } from "./items.ts";
import { takeMinimum, takeOnQuantity, takeUsesPerOrder, takeValue } from "./value.ts";

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
  if (discount.type === "bxgy") {
    takeOnQuantity(discount, input, faults);
    takeUsesPerOrder(discount, input, faults);
    takeBuys(context, discount, input, faults);
    takeGets(context, discount, input, faults);
  } else if (discount.type === "freeShipping") {
    takeDestination(context, discount, input);
    takeMinimum(context, discount, input, faults);
  } else {
    takeValue(context, discount, input, faults);
    takeGets(context, discount, input, faults);
    takeMinimum(context, discount, input, faults);
  }
  if (input.tags != null) discount.tags = [...new Set(input.tags)];
  takeCombinesWith(discount, input, faults);
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

function takeCombinesWith(discount: Discount, { combinesWith }: DiscountInput, faults: Faults): void {
  if (combinesWith == null) return;
  const { productDiscountsWithTagsOnSameCartLine: tags, ...switches } = combinesWith;
  const chosen = Object.entries(switches).filter(([, on]) => on != null);
  discount.combinesWith = { ...discount.combinesWith, ...Object.fromEntries(chosen) };
  const kind = discountClass(discount);
  if (kind === "SHIPPING" && discount.combinesWith.shippingDiscounts) {
    const message = "The combinesWith settings are not valid for the discount class.";
    faults.add("combinesWith", message, "INVALID_COMBINES_WITH_FOR_DISCOUNT_CLASS");
  }
  if (tags == null) return;
  const field = "productDiscountsWithTagsOnSameCartLine";
  const path = `combinesWith.${field}`;
  const plan = `The shop's plan does not allow setting \`${field}\`.`;
  faults.add(path, plan, "PRODUCT_DISCOUNTS_WITH_TAGS_ON_SAME_CART_LINE_NOT_ENTITLED");
  if (kind === "PRODUCT") return;
  const message =
    "Combines with product discounts with tags on same cart line is only valid for discounts with the PRODUCT discount class";
  faults.add(path, message, "INVALID_PRODUCT_DISCOUNTS_WITH_TAGS_ON_SAME_CART_LINE_FOR_DISCOUNT_CLASS");
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
