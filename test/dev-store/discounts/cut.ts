// What one discount subtracts from a cart. All amounts are in millionths.

import type { Discount, ShopState } from "../model.ts";
import { share, toMillionths } from "../money.ts";
import { includes, type CartLine } from "./discount.ts";

/** What is subtracted from each line, in the lines' order. `held`: lines that take no further product discount. */
export type Cut = { lines: number[]; shipping: number; held: Set<number> };

export const totalOf = ({ lines, shipping }: Cut): number => sumOf(lines) + shipping;
const sumOf = (amounts: number[]): number => amounts.reduce((total, amount) => total + amount, 0);

/** `left`: what other discounts have left of each line. `rate`: the rate of the delivery. */
export function cutOf(shop: ShopState, discount: Discount, lines: CartLine[], left: number[], rate: number): Cut {
  const none = { lines: lines.map(() => 0), shipping: 0, held: new Set<number>() };
  if (discount.type === "freeShipping") return { ...none, shipping: rate };
  if (discount.type === "bxgy") return cutOfUnits(shop, discount, lines);
  const bases = lines.map((line, index) => (includes(shop, discount.appliesTo, line) ? (left[index] ?? 0) : 0));
  const cut = cutOfLines(shop, discount, lines, bases);
  return { ...none, lines: cut, held: new Set([...cut.keys()].filter((index) => (cut[index] ?? 0) > 0)) };
}

function cutOfLines(shop: ShopState, { value }: Discount, lines: CartLine[], bases: number[]): number[] {
  const base = sumOf(bases);
  if (base === 0) return bases;
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
function spread(shop: ShopState, off: number, bases: number[], base: number): number[] {
  const coin = share(1_000_000, "0.01", shop.currency) || 1_000_000;
  const cuts = bases.map((one) => {
    const exact = Number((BigInt(off) * BigInt(one)) / BigInt(base));
    return Math.floor(exact / coin) * coin;
  });
  let rest = off - sumOf(cuts);
  for (let index = cuts.length - 1; index >= 0 && rest > 0; index--) {
    const room = Math.min(rest, (bases[index] ?? 0) - (cuts[index] ?? 0));
    cuts[index] = (cuts[index] ?? 0) + room;
    rest -= room;
  }
  return cuts;
}

type Unit = { index: number; price: number };

/** Buy X get Y: the cheapest units are discounted, as often as the rest of the cart has the units that must be bought. */
function cutOfUnits(shop: ShopState, discount: Discount, lines: CartLine[]): Cut {
  const { buys, getsQuantity = 1, usesPerOrderLimit = null, appliesTo, value } = discount;
  const cut: Cut = { lines: lines.map(() => 0), shipping: 0, held: new Set() };
  if (!buys) return cut;
  let units: Unit[] = lines
    .flatMap(({ price, quantity }, index) => Array<Unit>(quantity).fill({ index, price: toMillionths(price) }))
    .toSorted((a, b) => a.price - b.price);
  const isIn = (items: typeof appliesTo) => (unit: Unit) =>
    includes(shop, items, lines[unit.index] ?? { productId: null, variantId: null });
  for (let uses = 0; usesPerOrderLimit === null || uses < usesPerOrderLimit; uses += 1) {
    const got = units.filter(isIn(appliesTo)).slice(0, getsQuantity);
    const rest = without(units, got);
    const bought = boughtOf(rest.filter(isIn(buys.items)), buys);
    if (got.length < getsQuantity || bought === null) return cut;
    for (const { index, price } of got) {
      const off =
        value.kind === "percentage"
          ? share(price, value.share, shop.currency)
          : Math.min(price, toMillionths(value.amount));
      cut.lines[index] = (cut.lines[index] ?? 0) + off;
    }
    for (const { index } of [...got, ...bought]) cut.held.add(index);
    units = without(rest, bought);
  }
  return cut;
}

/** The dearest units that fulfil the condition. Null: the units do not fulfil it. */
function boughtOf(units: Unit[], { quantity, amount }: NonNullable<Discount["buys"]>): Unit[] | null {
  const dearest = units.toReversed();
  if (quantity !== null) return dearest.length < quantity ? null : dearest.slice(0, quantity);
  const least = toMillionths(amount ?? "0");
  let spent = 0;
  const bought = dearest.filter(({ price }) => spent < least && ((spent += price), true));
  return spent < least || bought.length === 0 ? null : bought;
}

function without(units: Unit[], taken: Unit[]): Unit[] {
  const left = [...units];
  for (const { index } of taken) left.splice(left.findIndex((unit) => unit.index === index), 1); // prettier-ignore
  return left;
}
