// When customers buy, and what: habits by persona, seasons, and baskets around a favourite product.

import type { Customer, Product } from "../model.ts";
import type { Persona } from "./people.ts";
import type { Random } from "./random.ts";

const DAY = 86_400_000;
/** The days of the shop's history. */
export const HISTORY_DAYS = 548;

/** Sales by month, in thousandths of an average month. Autumn and winter are highest. */
const SEASON = [850, 800, 900, 850, 800, 750, 700, 700, 900, 1150, 1600, 1900];

type Habit = { orders: [number, number]; every: [number, number]; last: [number, number] };

/** `last`: the fewest and the most days since the last order. */
const HABITS: Record<Exclude<Persona, "prospect">, Habit> = {
  once: { orders: [1, 1], every: [1, 1], last: [0, HISTORY_DAYS - 5] },
  occasional: { orders: [2, 4], every: [40, 120], last: [0, 200] },
  regular: { orders: [6, 15], every: [20, 42], last: [0, 45] },
  champion: { orders: [14, 28], every: [9, 21], last: [0, 14] },
  lapsed: { orders: [3, 8], every: [20, 45], last: [190, 330] },
  wholesale: { orders: [6, 16], every: [25, 40], last: [0, 30] },
};

/** The times of a customer's orders, oldest first. */
export function orderTimes(random: Random, persona: Persona, now: number): number[] {
  if (persona === "prospect") return [];
  const habit = HABITS[persona];
  const wanted = random.between(...habit.orders);
  const times: number[] = [];
  let daysAgo = random.between(...habit.last);
  while (times.length < wanted && daysAgo < HISTORY_DAYS) {
    const time = atHour(random, now, daysAgo);
    daysAgo += persona === "once" ? random.between(1, 60) : random.between(...habit.every);
    // Outside the season some orders are postponed. A one-time buyer comes on another day instead.
    if (!random.chance(Math.floor((SEASON[new Date(time).getUTCMonth()] ?? 1000) / 2) + 50)) {
      if (persona === "once" && daysAgo >= HISTORY_DAYS) daysAgo -= HISTORY_DAYS;
      continue;
    }
    times.push(time);
  }
  return times.reverse();
}

/** Mostly by day, never in the future. */
function atHour(random: Random, now: number, daysAgo: number): number {
  const hour = random.weighted([[random.between(7, 11), 3], [random.between(12, 17), 4], [random.between(18, 22), 4], [random.between(0, 6), 1]]); // prettier-ignore
  const midnight = now - (now % DAY) - daysAgo * DAY;
  const time = midnight + hour * 3600_000 + random.below(3600) * 1000;
  return time < now ? time : now - random.between(600, 7200) * 1000;
}

const FAVOURITES = [
  ["Chai", 24],
  ["Coffee", 30],
  ["Black tea", 22],
  ["Green tea", 12],
  ["Herbal", 8],
  ["Oolong", 4],
] as const;

export function favouriteOf(random: Random, customer: Customer): string {
  if (["gu", "pa", "hi"].includes(customer.locale) && random.chance(600)) return "Chai";
  return random.weighted(FAVOURITES);
}

/** A product in a basket. */
export type Basket = { product: Product; variantIndex: number; quantity: number };

export function fillBasket(
  random: Random,
  products: Product[],
  favourite: string,
  persona: Persona | "guest",
  month: number,
): Basket[] {
  const wanted = random.weighted([[1, 38], [2, 32], [3, 18], [4, 8], [6, 4]]); // prettier-ignore
  const seen = new Set<string>();
  const picks: Basket[] = [];
  while (picks.length < wanted) {
    const product = random.pick(shelf(random, products, favourite, month));
    if (seen.has(product.id)) {
      if (random.chance(300)) break;
      continue;
    }
    seen.add(product.id);
    const quantity = persona === "wholesale" ? random.between(5, 24) : random.weighted([[1, 75], [2, 19], [3, 6]]); // prettier-ignore
    const biggest = product.variants.length - 1;
    const variantIndex = persona === "wholesale" ? biggest : Math.min(biggest, random.weighted([[0, 60], [1, 30], [2, 10]])); // prettier-ignore
    picks.push({ product, variantIndex, quantity });
  }
  return picks;
}

function shelf(random: Random, products: Product[], favourite: string, month: number): Product[] {
  const feast = month === 9 || month === 10 ? "diwali" : month === 11 ? "christmas" : null;
  if (feast !== null && random.chance(180)) return products.filter((product) => product.tags.includes(feast));
  if (random.chance(620)) return products.filter((product) => product.productType === favourite);
  if (random.chance(250)) return products.filter((product) => product.tags.includes("bestseller"));
  const unseasonal = feast === null ? "seasonal" : "";
  return products.filter((product) => !product.tags.includes(unseasonal));
}
