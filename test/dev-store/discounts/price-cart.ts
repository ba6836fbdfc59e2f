// The price of a customer's cart: which discounts apply, and which codes are refused and why. Rules:
// https://help.shopify.com/manual/discounts/discount-combinations and …/discount-types

import type { UsedDiscount } from "./discount-model.ts";
import type { Discount, ShopState, Store } from "../model.ts";
import { toAmount, toMillionths } from "../money.ts";
import { cutOf, totalOf, type Cut } from "./cut.ts";
import { discountClass, type CartLine, type DiscountClass } from "./discount.ts";
import { refusalOf, type Cart, type RejectedReason } from "./eligible.ts";

export type AppliedDiscount = UsedDiscount & { discountId: string };
export type PricedCart = {
  lines: (CartLine & { subtotal: string; discount: string; total: string })[];
  subtotal: string;
  /** Off the lines. `shippingDiscount`: off the delivery. `total`: of the lines, without delivery. */
  discountTotal: string;
  shippingDiscount: string;
  total: string;
  applied: AppliedDiscount[];
  rejected: { code: string; reason: RejectedReason }[];
};

type Candidate = { discount: Discount; code: string | null };
type Trial = { chosen: Candidate[]; cuts: Cut[]; total: number };

export function priceCart(store: Store, shop: ShopState, cart: Cart): PricedCart {
  const subtotals = cart.lines.map((line) => toMillionths(line.price) * line.quantity);
  const rejected: PricedCart["rejected"] = [];
  const candidates: Candidate[] = [];
  for (const code of new Set(cart.codes.map((one) => one.trim()).filter((one) => one !== ""))) {
    const discount = findByCode(shop, code);
    const reason = discount === null ? "not_found" : refusalOf(store, shop, { discount, code }, cart);
    if (discount === null || reason !== null) rejected.push({ code, reason: reason ?? "not_found" });
    else if (!candidates.some((one) => one.discount === discount)) candidates.push({ discount, code });
  }
  for (const discount of shop.discounts.values()) {
    if (discount.method !== "automatic" || refusalOf(store, shop, { discount, code: null }, cart) !== null) continue;
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

/** Of all sets of discounts that combine, the set that saves the shopper most. */
function bestTrial(shop: ShopState, cart: Cart, candidates: Candidate[], subtotals: number[]): Trial {
  let best: Trial = { chosen: [], cuts: [], total: 0 };
  for (const chosen of fullSets(candidates, [], [])) {
    const trial = tryOut(shop, cart, chosen, subtotals);
    const saves = trial.total - best.total;
    // Free shipping applies also where the delivery costs nothing.
    if (saves > 0 || (saves === 0 && trial.chosen.length > best.chosen.length)) best = trial;
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

const SWITCH = { ORDER: "orderDiscounts", PRODUCT: "productDiscounts", SHIPPING: "shippingDiscounts" } as const;
const allows = ({ combinesWith }: Discount, other: Discount): boolean => combinesWith[SWITCH[discountClass(other)]];

/** Product discounts come first, and only the best one applies to a line. Order discounts share the rest. */
function tryOut(shop: ShopState, cart: Cart, chosen: Candidate[], subtotals: number[]): Trial {
  const left = [...subtotals];
  const rate = toMillionths(cart.shipping ?? "0");
  const cuts = new Map<Candidate, Cut>();
  const held = new Set<number>();
  const ofClass = (name: DiscountClass): Candidate[] => chosen.filter((one) => discountClass(one.discount) === name);
  const keep = (one: Candidate, cut: Cut): void => {
    cut.lines.forEach((amount, index) => (left[index] = (left[index] ?? 0) - amount));
    cuts.set(one, cut);
  };
  const products = ofClass("PRODUCT")
    .map((one) => ({ one, cut: cutOf(shop, one.discount, cart.lines, subtotals, rate) }))
    .sort((a, b) => totalOf(b.cut) - totalOf(a.cut));
  for (const { one, cut } of products) {
    keep(one, { ...cut, lines: cut.lines.map((amount, index) => (held.has(index) ? 0 : amount)) });
    for (const index of cut.held) held.add(index);
  }
  for (const one of ofClass("ORDER")) keep(one, cutOf(shop, one.discount, cart.lines, left, rate));
  for (const one of ofClass("SHIPPING")) keep(one, cutOf(shop, one.discount, cart.lines, left, rate));
  const used = chosen.filter(
    (one) => discountClass(one.discount) === "SHIPPING" || totalOf(cuts.get(one) ?? NOTHING) > 0,
  );
  const kept = used.map((one) => cuts.get(one) ?? NOTHING);
  return { chosen: used, cuts: kept, total: kept.reduce((total, cut) => total + totalOf(cut), 0) };
}

const NOTHING: Cut = { lines: [], shipping: 0, held: new Set() };

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
    const discount = best.cuts.reduce((total, cut) => total + (cut.lines[index] ?? 0), 0);
    return { ...line, subtotal: money(subtotal), discount: money(discount), total: money(subtotal - discount) };
  });
  const subtotal = subtotals.reduce((total, amount) => total + amount, 0);
  const applied = best.chosen.map(({ discount, code }, index): AppliedDiscount => {
    const value = discount.value.kind === "percentage" ? "percentage" : "fixed_amount";
    const type = discount.type === "freeShipping" ? "shipping" : value;
    const cut = best.cuts[index] ?? NOTHING;
    const off = { amount: money(totalOf(cut)), lines: cut.lines.map(money), shipping: money(cut.shipping) };
    return { discountId: discount.id, title: discount.title, code, type, ...off };
  });
  const off = best.cuts.reduce((total, { shipping }) => total + shipping, 0);
  return {
    lines,
    subtotal: money(subtotal),
    discountTotal: money(best.total - off),
    shippingDiscount: money(off),
    total: money(subtotal - best.total + off),
    applied,
    rejected,
  };
}
