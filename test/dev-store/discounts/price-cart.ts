// The price of a customer's cart: which discounts apply, and which codes are refused and why. Rules:
// https://help.shopify.com/manual/discounts/discount-combinations and …/discount-types

import type { Customer, Discount, ShopState, Store } from "../model.ts";
import { share, toAmount, toMillionths } from "../money.ts";
import { isInSegment } from "../segments/members.ts";
import { discountClass, discountStatus } from "./discount.ts";

export type CartLine = { productId: string | null; variantId: string | null; quantity: number; price: string };
export type Cart = { lines: CartLine[]; customerId: string | null; codes: string[] };

export type AppliedDiscount = {
  discountId: string;
  title: string;
  /** The code as the shopper typed it. Null: an automatic discount. */
  code: string | null;
  amount: string;
  /** The promised percentage or amount, as an order lists it. */
  type: "percentage" | "fixed_amount";
};
export type RejectedReason =
  | "not_found"
  | "not_active"
  | "customer_not_eligible"
  | "sign_in_needed"
  | "usage_limit_reached"
  | "already_used"
  | "minimum_not_met"
  | "no_matching_products"
  | "not_combinable";
export type PricedCart = {
  lines: (CartLine & { subtotal: string; discount: string; total: string })[];
  subtotal: string;
  discountTotal: string;
  total: string;
  applied: AppliedDiscount[];
  rejected: { code: string; reason: RejectedReason }[];
};

type Candidate = { discount: Discount; code: string | null };
/** What is subtracted from each line, in millionths, in the lines' order. */
type Cut = number[];
type Trial = { chosen: Candidate[]; cuts: Cut[]; total: number };

export function priceCart(store: Store, shop: ShopState, cart: Cart): PricedCart {
  const subtotals = cart.lines.map((line) => toMillionths(line.price) * line.quantity);
  const rejected: PricedCart["rejected"] = [];
  const candidates: Candidate[] = [];
  for (const code of new Set(cart.codes.map((one) => one.trim()).filter((one) => one !== ""))) {
    const discount = findByCode(shop, code);
    const reason = discount === null ? "not_found" : refusalOf(store, shop, discount, cart, subtotals);
    if (discount === null || reason !== null) rejected.push({ code, reason: reason ?? "not_found" });
    else if (!candidates.some((one) => one.discount === discount)) candidates.push({ discount, code });
  }
  for (const discount of shop.discounts.values()) {
    if (discount.method !== "automatic" || refusalOf(store, shop, discount, cart, subtotals) !== null) continue;
    candidates.push({ discount, code: null });
  }
  const best = bestTrial(shop, cart, candidates, subtotals);
  for (const { discount, code } of candidates) {
    if (code === null || best.chosen.some((one) => one.discount === discount)) continue;
    rejected.push({ code, reason: "not_combinable" });
  }
  return priced(shop, cart, subtotals, best, rejected);
}

function findByCode(shop: ShopState, code: string): Discount | null {
  const wanted = code.toUpperCase();
  for (const one of shop.discounts.values()) {
    if (one.method === "code" && one.codes.some((own) => own.toUpperCase() === wanted)) return one;
  }
  return null;
}

/** Null if the discount applies to this cart. */
function refusalOf(
  store: Store,
  shop: ShopState,
  discount: Discount,
  cart: Cart,
  subtotals: number[],
): RejectedReason | null {
  if (discountStatus(discount, store.clock.now()) !== "ACTIVE") return "not_active";
  const buyer = buyerRefusal(store, shop, discount, cart.customerId);
  if (buyer !== null) return buyer;
  if (discount.usageLimit !== null && discount.usedBy.length >= discount.usageLimit) return "usage_limit_reached";
  if (discount.appliesOncePerCustomer && wasUsedBy(shop, discount, cart.customerId)) return "already_used";
  const entitled = entitledLines(discount, cart.lines);
  if (entitled.length === 0) return "no_matching_products";
  const reached = entitled.reduce((total, index) => total + (subtotals[index] ?? 0), 0);
  return reached < toMillionths(discount.minimumSubtotal ?? "0") ? "minimum_not_met" : null;
}

/** A discount for certain customers needs to know the customer. */
function buyerRefusal(
  store: Store,
  shop: ShopState,
  { context }: Discount,
  customerId: string | null,
): RejectedReason | null {
  if (context.kind === "all") return null;
  if (customerId === null) return "sign_in_needed";
  const eligible =
    context.kind === "customers"
      ? context.customerIds.includes(customerId)
      : context.segmentIds.some((segmentId) => isInSegment(store, shop, customerId, segmentId));
  return eligible ? null : "customer_not_eligible";
}

/** Shopify also recognises a customer by e-mail or phone. */
function wasUsedBy(shop: ShopState, discount: Discount, customerId: string | null): boolean {
  if (customerId === null) return false;
  const buyer = shop.customers.get(customerId);
  return discount.usedBy.some((use) => {
    if (use.customerId === customerId) return true;
    const earlier = use.customerId === null ? undefined : shop.customers.get(use.customerId);
    return buyer !== undefined && earlier !== undefined && isSamePerson(buyer, earlier);
  });
}

function isSamePerson(a: Customer, b: Customer): boolean {
  return (a.email !== null && a.email === b.email) || (a.phone !== null && a.phone === b.phone);
}

function entitledLines({ appliesTo }: Discount, lines: CartLine[]): number[] {
  const all = [...lines.keys()];
  if (appliesTo.kind === "all") return all;
  return all.filter((index) => appliesTo.productIds.includes(lines[index]?.productId ?? ""));
}

/** Of all sets of discounts that combine, the set that saves the shopper most. */
function bestTrial(shop: ShopState, cart: Cart, candidates: Candidate[], subtotals: number[]): Trial {
  let best: Trial = { chosen: [], cuts: [], total: 0 };
  for (const chosen of fullSets(candidates, [], [])) {
    const trial = tryOut(shop, cart, chosen, subtotals);
    if (trial.total > best.total) best = trial;
  }
  return best;
}

/**
 * The maximal sets: a further discount never saves less. `left`: discounts that may still join. `done`: discounts that could join
 * and were tried already. (Bron and Kerbosch's algorithm for cliques, with a pivot.)
 */
function fullSets(left: Candidate[], chosen: Candidate[], done: Candidate[]): Candidate[][] {
  const pivot = left[0] ?? done[0];
  if (pivot === undefined) return chosen.length === 0 ? [] : [chosen];
  const sets: Candidate[][] = [];
  let rest = left;
  let tried = done;
  for (const next of left.filter((one) => one === pivot || !combine(one.discount, pivot.discount))) {
    const joins = (one: Candidate): boolean => one !== next && combine(one.discount, next.discount);
    sets.push(...fullSets(rest.filter(joins), [...chosen, next], tried.filter(joins)));
    rest = rest.filter((one) => one !== next);
    tried = [...tried, next];
  }
  return sets;
}

/** Both discounts must allow the other's class. */
function combine(a: Discount, b: Discount): boolean {
  return allows(a, b) && allows(b, a);
}

function allows({ combinesWith }: Discount, other: Discount): boolean {
  return discountClass(other) === "ORDER" ? combinesWith.orderDiscounts : combinesWith.productDiscounts;
}

/** Product discounts come first, and only the best one applies to a line. Order discounts share the rest. */
function tryOut(shop: ShopState, cart: Cart, chosen: Candidate[], subtotals: number[]): Trial {
  const left = [...subtotals];
  const cuts = new Map<Candidate, Cut>();
  const taken = new Set<number>();
  const ofClass = (name: string): Candidate[] => chosen.filter((one) => discountClass(one.discount) === name);
  const products = ofClass("PRODUCT")
    .map((one) => ({ one, cut: cutOf(shop, one.discount, cart.lines, subtotals) }))
    .sort((a, b) => totalOf(b.cut) - totalOf(a.cut));
  for (const { one, cut } of products) {
    const own = cut.map((amount, index) => (taken.has(index) ? 0 : amount));
    own.forEach((amount, index) => {
      if (amount > 0) taken.add(index);
      left[index] = (left[index] ?? 0) - amount;
    });
    cuts.set(one, own);
  }
  for (const one of ofClass("ORDER")) {
    const cut = cutOf(shop, one.discount, cart.lines, left);
    cut.forEach((amount, index) => (left[index] = (left[index] ?? 0) - amount));
    cuts.set(one, cut);
  }
  const used = chosen.filter((one) => totalOf(cuts.get(one) ?? []) > 0);
  const kept = used.map((one) => cuts.get(one) ?? []);
  return { chosen: used, cuts: kept, total: kept.reduce((total, cut) => total + totalOf(cut), 0) };
}

function totalOf(cut: Cut): number {
  return cut.reduce((total, amount) => total + amount, 0);
}

function cutOf(shop: ShopState, discount: Discount, lines: CartLine[], left: number[]): Cut {
  const entitled = new Set(entitledLines(discount, lines));
  const bases = lines.map((_, index) => (entitled.has(index) ? (left[index] ?? 0) : 0));
  const base = totalOf(bases);
  if (base === 0) return bases;
  const { value } = discount;
  if (value.kind === "amount" && value.eachItem === true) {
    return bases.map((one, index) => Math.min(one, toMillionths(value.amount) * (lines[index]?.quantity ?? 0)));
  }
  const off =
    value.kind === "percentage" ? share(base, value.share, shop.currency) : Math.min(base, toMillionths(value.amount));
  return spread(shop, off, bases, base);
}

/**
 * Spreads the amount over the lines by their share, in the smallest unit. The rounding difference goes to the last lines with
 * room.
 */
function spread(shop: ShopState, off: number, bases: number[], base: number): Cut {
  const coin = share(1_000_000, "0.01", shop.currency) || 1_000_000;
  const cuts = bases.map((one) => {
    const exact = Number((BigInt(off) * BigInt(one)) / BigInt(base));
    return Math.floor(exact / coin) * coin;
  });
  let rest = off - totalOf(cuts);
  for (let index = cuts.length - 1; index >= 0 && rest > 0; index--) {
    const room = Math.min(rest, (bases[index] ?? 0) - (cuts[index] ?? 0));
    cuts[index] = (cuts[index] ?? 0) + room;
    rest -= room;
  }
  return cuts;
}

function priced(
  shop: ShopState,
  cart: Cart,
  subtotals: number[],
  best: Trial,
  rejected: PricedCart["rejected"],
): PricedCart {
  const money = (millionths: number): string => toAmount(millionths, shop.currency);
  const lines = cart.lines.map((line, index) => {
    const subtotal = subtotals[index] ?? 0;
    const discount = best.cuts.reduce((total, cut) => total + (cut[index] ?? 0), 0);
    return { ...line, subtotal: money(subtotal), discount: money(discount), total: money(subtotal - discount) };
  });
  const subtotal = totalOf(subtotals);
  const applied = best.chosen.map(({ discount, code }, index): AppliedDiscount => {
    const type = discount.value.kind === "percentage" ? "percentage" : "fixed_amount";
    const amount = money(totalOf(best.cuts[index] ?? []));
    return { discountId: discount.id, title: discount.title, code, amount, type };
  });
  const discountTotal = money(best.total);
  return { lines, subtotal: money(subtotal), discountTotal, total: money(subtotal - best.total), applied, rejected };
}
