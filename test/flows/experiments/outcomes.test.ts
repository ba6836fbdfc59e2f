// What each person of an experiment paid, summed up for each arm, against the same sums in plain TypeScript.
import { expect, test } from "vitest";
import { applyFacts } from "../../../app/customers/facts/apply.server.ts";
import type { LineItemRow, OrderRow, RefundRow } from "../../../app/customers/facts/entities.ts";
import { sumOutcomes } from "../../../app/experiments/outcomes/look.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { randomFrom } from "../../experiments/stream.ts";
import { newShop } from "../new-shop.ts";
import { orderRow } from "../order-row.ts";
import { begin, customerIds, DAY_MS, OFFER } from "./experiment-shop.ts";

const SINCE = new Date("2026-06-01T12:00:00Z");
const OUTCOME_MS = 28 * DAY_MS;
const MATURE_MS = 58 * DAY_MS;
const PEOPLE = customerIds(60);

const random = randomFrom(8);
const upTo = (most: number) => Math.floor(random() * most);
const chance = (share: number) => random() < share;
const paid = (amount: number) => amount.toFixed(2);
const cents = (amount: number) => Math.round(amount * 100) / 100;

type Made = { order: OrderRow; refunds: RefundRow[] };

const lineOf = (id: string): LineItemRow => {
  const quantity = 1 + upTo(3);
  return {
    ...{ id, productId: null, variantId: null, title: "Tea", sku: null, quantity, price: paid(5 + upTo(40)) },
    ...{ removed: chance(0.2) ? 1 : 0, discount: paid(upTo(5)), allocations: [] },
  };
};

/** An order from 100 days before to 40 days after the start, with all that may happen to an order. */
function madeOrder(id: string, customerId: string): Made {
  const at = new Date(SINCE.getTime() + (upTo(140 * 24) - 100 * 24) * 3_600_000);
  const lineItems = Array.from({ length: 1 + upTo(3) }, (_, line) => lineOf(`${id}-${line}`));
  const subtotal = lineItems.reduce((sum, line) => sum + Number(line.price) * line.quantity - Number(line.discount), 0);
  const [shipping, tax, included] = [upTo(8), cents(subtotal / 8), chance(0.5)];
  const total = cents(subtotal + shipping + (included ? 0 : tax));
  const foreign = chance(0.2) ? (chance(0.5) ? "INR" : "USD") : null;
  const cancelled = chance(0.15) ? new Date(at.getTime() + upTo(80) * DAY_MS).toISOString() : null;
  const times = { updatedAt: at.toISOString(), seenAt: at.toISOString(), processedAt: at.toISOString() };
  const refunds = lineItems.flatMap(({ id: line }, nth): RefundRow[] => {
    if (!chance(0.25)) return [];
    const [subtotalBack, kept] = [paid(1 + upTo(9)), chance(0.3) ? paid(upTo(4) - 2) : "0"];
    return [
      {
        ...{ id: `${id}-r${nth}`, orderId: id, amount: subtotalBack, presentmentAmount: subtotalBack, note: null },
        ...{
          adjusted: kept,
          updatedAt: at.toISOString(),
          at: new Date(at.getTime() + upTo(90) * DAY_MS).toISOString(),
        },
        lines: [{ lineItemId: line, quantity: 1, subtotal: subtotalBack }],
      },
    ];
  });
  const order = orderRow({
    ...{ id, customerId, lineItems, ...times, createdAt: at.toISOString(), cancelledAt: cancelled, test: chance(0.1) },
    ...{ currency: foreign ? "USD" : "INR", presentmentCurrency: foreign ?? "INR" },
    ...{ subtotal: paid(subtotal), shipping: paid(shipping), tax: paid(tax), total: paid(total) },
    ...{ currentTotal: paid(total), presentmentTotal: paid(foreign === "INR" ? total * 80 : total) },
  });
  return { order, refunds };
}

/**
 * Undefined: the order does not count. Null: its amount in the shop's currency is not known. `margin`: null: the cost of goods is not
 * known.
 */
function amountOf(
  { order, refunds }: Made,
  margin: number | null,
): { isAfter: boolean; amount: number | null } | undefined {
  const at = new Date(order.processedAt ?? "").getTime() - SINCE.getTime();
  if (order.test || at < -90 * DAY_MS || at >= OUTCOME_MS) return undefined;
  const isAfter = at >= 0;
  const until = SINCE.getTime() + (isAfter ? MATURE_MS : 0);
  if (order.cancelledAt && new Date(order.cancelledAt).getTime() < until) return undefined;
  const sumOf = (of: (line: LineItemRow) => number) =>
    order.lineItems.reduce((sum, line) => {
      const { quantity, removed = 0 } = line;
      return sum + of(line) * (isAfter ? (quantity - removed) / quantity : 1);
    }, 0);
  const lines = sumOf(({ price, quantity, discount }) => Number(price) * quantity - Number(discount));
  const refunded = refunds.filter((refund) => new Date(refund.at).getTime() < until);
  const back = refunded.reduce(
    (sum, { lines: [line], adjusted }) => sum + Number(line?.subtotal) - Number(adjusted),
    0,
  );
  const priceOf = (id?: string) => Number(order.lineItems.find((line) => line.id === id)?.price);
  const listed =
    sumOf(({ price, quantity }) => Number(price) * quantity) -
    refunded.reduce((sum, { lines: [line] }) => sum + priceOf(line?.lineItemId), 0);
  const cost = margin === null ? 0 : (1 - margin / 100) * listed;
  const [subtotal, shipping, tax] = [order.subtotal, order.shipping, order.tax].map(Number) as [number, number, number];
  const isIncluded = Math.abs(subtotal + shipping - Number(order.total)) < 0.01;
  const goods = (lines - back - cost) * (isIncluded ? 1 - tax / (subtotal + shipping) : 1);
  if (order.currency === "INR") return { isAfter, amount: goods };
  return { isAfter, amount: order.presentmentCurrency === "INR" ? cents(goods * 80) : null };
}

type Case = { cap: number | null; margin: number | null };
const textOf = (value: number | null) => (value === null ? null : String(value));
const sums = (shop: Shop, id: string, { cap, margin }: Case) =>
  shop.db.tx((tx) => sumOutcomes(shop, tx, id, { cap: textOf(cap), margin: textOf(margin) }));

test("the sums of each arm are those of a plain recomputation, with edits, refunds, test orders and other currencies", async () => {
  let now = SINCE;
  const shop = await newShop(() => now);
  const { id, arms } = await begin(shop, PEOPLE);
  const made = PEOPLE.flatMap((customer, at) =>
    Array.from({ length: upTo(9) }, (_, nth) => madeOrder(`${at}-${nth}`, customer)),
  );
  await shop.db.tx((tx) =>
    applyFacts(
      shop,
      tx,
      { orders: made.map(({ order }) => order), refunds: made.flatMap(({ refunds }) => refunds) },
      { name: "shopify", history: true },
    ),
  );
  // The same orders of another shop's customers with the same ids.
  const other = await newShop(() => now);
  await begin(other, PEOPLE);
  await other.db.tx((tx) =>
    applyFacts(other, tx, { orders: made.map(({ order }) => order) }, { name: "shopify", history: true }),
  );
  now = new Date(SINCE.getTime() + 100 * DAY_MS);

  const peopleAt = (margin: number | null) =>
    PEOPLE.map((customer) => {
      const amounts = made
        .filter(({ order }) => order.customerId === customer)
        .flatMap((one) => amountOf(one, margin) ?? []);
      const sumOf = (after: boolean) =>
        amounts.filter(({ isAfter }) => isAfter === after).reduce((sum, { amount }) => sum + (amount ?? 0), 0);
      const after = amounts.filter(({ isAfter }) => isAfter);
      return {
        ...{ arm: arms.get(customer), y: sumOf(true), x: sumOf(false), bought: after.length > 0 },
        uncounted: after.filter(({ amount }) => amount === null).length,
      };
    });
  const unknown = peopleAt(null).reduce((sum, { uncounted }) => sum + uncounted, 0);
  expect(unknown).toBeGreaterThan(2);
  for (const asked of [
    { cap: null, margin: null },
    { cap: 60, margin: null },
    { cap: 30, margin: 55 },
  ]) {
    const { cap } = asked;
    const people = peopleAt(asked.margin);
    const found = await sums(shop, id, asked);
    expect(found.arms.map(({ arm }) => arm)).toEqual(["holdout", OFFER]);
    for (const arm of found.arms) {
      const own = people.filter((one) => one.arm === arm.arm);
      const total = (of: (one: (typeof own)[number]) => number) => own.reduce((sum, one) => sum + of(one), 0);
      const [y, x] = (["y", "x"] as const).map(
        (name) => (one: (typeof own)[number]) => Math.min(one[name], cap ?? Infinity),
      ) as [(one: (typeof own)[number]) => number, (one: (typeof own)[number]) => number];
      expect(arm).toMatchObject({ people: own.length, windows: own.length });
      expect([arm.buyers, arm.uncounted]).toEqual([total((one) => Number(one.bought)), total((one) => one.uncounted)]);
      expect(Number(arm.sum)).toBeCloseTo(total(y), 1);
      expect(Number(arm.squares) / total((one) => y(one) ** 2)).toBeCloseTo(1, 4);
      expect(Number(arm.past)).toBeCloseTo(total(x), 1);
      expect(Number(arm.pastSquares) / total((one) => x(one) ** 2)).toBeCloseTo(1, 4);
      expect(Number(arm.products) / total((one) => y(one) * x(one))).toBeCloseTo(1, 4);
      expect(Number(arm.uncapped)).toBeCloseTo(total((one) => one.y), 1); // prettier-ignore
    }
  }
});
