import { afterEach, beforeEach, expect, test } from "vitest";
import { collectionsOf } from "../collections.ts";
import { createCustomer } from "../commands/customer.ts";
import type { DiscountItems } from "./discount-model.ts";
import type { Discount } from "../model.ts";
import { createTrial, type Trial } from "../trial.ts";
import type { CartLine } from "./discount.ts";
import { priceCart } from "./price-cart.ts";

let trial: Trial;
beforeEach(async () => {
  trial = await createTrial();
});
afterEach(() => trial.close());

function offer(changes: Partial<Discount> = {}): Discount {
  const id = trial.store.newId(trial.shop);
  const discount: Discount = {
    id,
    method: "code",
    title: `Offer ${id}`,
    codes: [],
    value: { kind: "percentage", share: "0.1" },
    appliesTo: { kind: "all" },
    minimumSubtotal: null,
    context: { kind: "all" },
    startsAt: "2020-01-01T00:00:00Z",
    endsAt: null,
    usageLimit: null,
    appliesOncePerCustomer: false,
    combinesWith: { orderDiscounts: false, productDiscounts: false, shippingDiscounts: false },
    usedBy: [],
    createdAt: "2020-01-01T00:00:00Z",
    updatedAt: "2020-01-01T00:00:00Z",
    ...changes,
  };
  trial.shop.discounts.set(id, discount);
  return discount;
}

function line(product: number, quantity: number, price?: string): CartLine {
  const { id, variants } = trial.products[product] ?? { id: null, variants: [] };
  return { productId: id, variantId: variants[0]?.id ?? null, quantity, price: price ?? variants[0]?.price ?? "0" };
}

function price(codes: string[], options: { lines?: CartLine[]; customerId?: string | null } = {}) {
  const { lines = [line(0, 2), line(1, 1)], customerId = trial.customer.id } = options;
  return priceCart(trial.store, trial.shop, { lines, codes, customerId });
}

test("a code subtracts its share from every line, exactly", () => {
  offer({ codes: ["TEN"] });
  const cart = price(["ten"]);
  expect(cart).toMatchObject({ subtotal: "18.20", discountTotal: "1.82", total: "16.38", rejected: [] });
  expect(cart.lines.map((one) => one.discount)).toEqual(["1.24", "0.58"]);
  expect(cart.applied).toMatchObject([{ code: "ten", amount: "1.82", type: "percentage" }]);
});

test("amounts that do not divide evenly are not lost, and no line costs less than zero", () => {
  offer({ codes: ["THIRD"], value: { kind: "percentage", share: "0.333333" } });
  const lines = [line(0, 1, "0.01"), line(0, 1, "0.01"), line(1, 3, "0.10")];
  const cart = price(["THIRD"], { lines });
  const cents = cart.lines.map((one) => Math.round(Number(one.discount) * 100));
  expect(cents.reduce((total, one) => total + one, 0)).toBe(Math.round(Number(cart.discountTotal) * 100));
  expect(cart.discountTotal).toBe("0.11");
  offer({ codes: ["ALL"], value: { kind: "amount", amount: "99.00" } });
  expect(price(["ALL"], { lines }).total).toBe("0.00");
});

test("a discount for a segment applies to its members only, and asks a guest to sign in", () => {
  const { shop } = trial;
  const now = trial.store.clock.now().toISOString();
  shop.segments.set("5", {
    id: "5",
    name: "Club",
    query: "customer_tags CONTAINS 'tea-club'",
    creationDate: now,
    lastEditDate: now,
  });
  offer({ codes: ["CLUB"], context: { kind: "segments", segmentIds: ["5"] } });
  const other = createCustomer(trial.store, shop, { firstName: "Other" });
  expect(price(["CLUB"]).discountTotal).toBe("1.82");
  expect(price(["CLUB"], { customerId: other.id }).rejected).toEqual([
    { code: "CLUB", reason: "customer_not_eligible" },
  ]);
  expect(price(["CLUB"], { customerId: null }).rejected).toEqual([{ code: "CLUB", reason: "sign_in_needed" }]);
  trial.customer.tags = [];
  expect(price(["CLUB"]).discountTotal).toBe("0.00");
});

test("an automatic discount needs no code, and applies to its customers only", () => {
  offer({ method: "automatic", context: { kind: "customers", customerIds: [trial.customer.id] } });
  expect(price([])).toMatchObject({ discountTotal: "1.82", applied: [{ code: null }] });
  expect(price([], { customerId: null })).toMatchObject({ discountTotal: "0.00", applied: [], rejected: [] });
});

test("dates, limits and minimums refuse a discount with their reason", () => {
  offer({ codes: ["LATER"], startsAt: "2999-01-01T00:00:00Z" });
  offer({ codes: ["OVER"], endsAt: "2021-01-01T00:00:00Z" });
  offer({ codes: ["FULL"], usageLimit: 1, usedBy: [{ orderId: "1", customerId: "2", code: "FULL" }] });
  offer({ codes: ["BIG"], minimumSubtotal: "18.21" });
  offer({ codes: ["JUST"], minimumSubtotal: "18.20" });
  offer({ codes: ["OTHERS"], appliesTo: { kind: "products", productIds: ["1"] } });
  const reason = (code: string) => price([code]).rejected[0]?.reason;
  expect(["LATER", "OVER", "FULL", "BIG", "JUST", "OTHERS", "NONE"].map(reason)).toEqual([
    "not_active",
    "not_active",
    "usage_limit_reached",
    "minimum_not_met",
    undefined,
    "no_matching_products",
    "not_found",
  ]);
});

test("once per customer also recognises the person by e-mail", () => {
  const again = createCustomer(trial.store, trial.shop, { firstName: "Again", email: trial.customer.email });
  const discount = offer({ codes: ["ONCE"], appliesOncePerCustomer: true });
  expect(price(["ONCE"]).rejected).toEqual([]);
  discount.usedBy.push({ orderId: "1", customerId: trial.customer.id, code: "ONCE" });
  expect(price(["ONCE"]).rejected).toEqual([{ code: "ONCE", reason: "already_used" }]);
  expect(price(["ONCE"], { customerId: again.id }).rejected).toEqual([{ code: "ONCE", reason: "already_used" }]);
});

test("a discount on a product does not change the other lines", () => {
  const productIds = [trial.products[1]?.id ?? ""];
  offer({ codes: ["CHAI"], appliesTo: { kind: "products", productIds }, value: { kind: "percentage", share: "0.5" } });
  expect(price(["CHAI"]).lines.map((one) => one.discount)).toEqual(["0.00", "2.90"]);
});

test("of discounts that do not combine the best one applies, and a code that lost is refused", () => {
  offer({ codes: ["TEN"] });
  offer({ codes: ["FIFTH"], value: { kind: "percentage", share: "0.2" } });
  expect(price(["TEN", "FIFTH"])).toMatchObject({
    discountTotal: "3.64",
    applied: [{ code: "FIFTH" }],
    rejected: [{ code: "TEN", reason: "not_combinable" }],
  });
  offer({ method: "automatic", value: { kind: "percentage", share: "0.3" } });
  expect(price(["TEN"])).toMatchObject({
    discountTotal: "5.46",
    applied: [{ code: null }],
    rejected: [{ code: "TEN" }],
  });
});

test("discounts combine if both allow it, the order's after the product's", () => {
  const both = { orderDiscounts: true, productDiscounts: true, shippingDiscounts: false };
  const productIds = [trial.products[0]?.id ?? ""];
  offer({
    codes: ["HALF"],
    appliesTo: { kind: "products", productIds },
    value: { kind: "percentage", share: "0.5" },
    combinesWith: both,
  });
  const order = offer({ codes: ["TEN"], combinesWith: both });
  const cart = price(["TEN", "HALF"]);
  // First half of 12.40, then a tenth of the remaining 12.00.
  expect(cart).toMatchObject({ discountTotal: "7.40", total: "10.80", rejected: [] });
  order.combinesWith = { ...both, productDiscounts: false };
  expect(price(["TEN", "HALF"])).toMatchObject({ discountTotal: "6.20", rejected: [{ code: "TEN" }] });
});

test("two discounts on one product do not add up on one line", () => {
  const both = { orderDiscounts: true, productDiscounts: true, shippingDiscounts: false };
  const productIds = [trial.products[0]?.id ?? ""];
  const half = { appliesTo: { kind: "products", productIds } as const, combinesWith: both };
  offer({ ...half, codes: ["HALF"], value: { kind: "percentage", share: "0.5" } });
  offer({ ...half, codes: ["TEN"] });
  expect(price(["HALF", "TEN"])).toMatchObject({ discountTotal: "6.20", applied: [{ code: "HALF" }] });
});

test("a code that is entered twice counts once", () => {
  offer({ codes: ["TEN"], combinesWith: { orderDiscounts: true, productDiscounts: true, shippingDiscounts: true } });
  expect(price(["TEN", "ten "])).toMatchObject({ discountTotal: "1.82" });
});

test("twenty discounts that all combine are priced quickly", () => {
  const both = { orderDiscounts: true, productDiscounts: true, shippingDiscounts: true };
  for (let count = 0; count < 20; count++) {
    offer({ method: "automatic", value: { kind: "amount", amount: "0.10" }, combinesWith: both });
  }
  const began = process.cpuUsage();
  expect(price([]).discountTotal).toBe("2.00");
  expect(process.cpuUsage(began).user / 1000).toBeLessThan(3000);
});

const products = (index: number): DiscountItems => ({
  kind: "products",
  productIds: [trial.products[index]?.id ?? ""],
});
const buyTwo = (more: Partial<Discount> = {}): Partial<Discount> => ({
  type: "bxgy",
  value: { kind: "percentage", share: "1" },
  buys: { items: products(0), quantity: 2, amount: null },
  appliesTo: products(1),
  getsQuantity: 1,
  ...more,
});

test("buy two, get one free: as often as the cart has both, and as often as the limit says", () => {
  const gift = offer({ codes: ["GIFT"], ...buyTwo() });
  expect(price(["GIFT"])).toMatchObject({ discountTotal: "5.80", applied: [{ code: "GIFT" }] });
  expect(price(["GIFT"], { lines: [line(0, 5), line(1, 3)] }).discountTotal).toBe("11.60");
  gift.usesPerOrderLimit = 1;
  expect(price(["GIFT"], { lines: [line(0, 5), line(1, 3)] }).discountTotal).toBe("5.80");
  const refused = (lines: CartLine[]) => price(["GIFT"], { lines }).rejected;
  expect(refused([line(0, 1), line(1, 1)])).toEqual([{ code: "GIFT", reason: "minimum_not_met" }]);
  expect(refused([line(0, 2)])).toEqual([{ code: "GIFT", reason: "no_matching_products" }]);
});

test("of one product, the units that are bought are not the units that are free, and the cheapest are free", () => {
  offer({ codes: ["SAME"], ...buyTwo({ appliesTo: products(0) }) });
  expect(price(["SAME"], { lines: [line(0, 2)] }).rejected).toMatchObject([{ reason: "minimum_not_met" }]);
  const lines = [line(0, 2, "6.20"), line(0, 1, "1.00")];
  expect(price(["SAME"], { lines }).lines.map((one) => one.discount)).toEqual(["0.00", "1.00"]);
});

test("spend an amount, get one at half price", () => {
  const buys = { items: products(0), quantity: null, amount: "12.40" };
  offer({ codes: ["SPEND"], ...buyTwo({ buys, value: { kind: "percentage", share: "0.5" } }) });
  expect(price(["SPEND"]).discountTotal).toBe("2.90");
  expect(price(["SPEND"], { lines: [line(0, 1), line(1, 1)] }).discountTotal).toBe("0.00");
});

test("free shipping takes the delivery off beside the other discounts that allow it", () => {
  const ship = { orderDiscounts: true, productDiscounts: true, shippingDiscounts: false };
  const free = offer({ codes: ["SHIP"], type: "freeShipping", combinesWith: ship });
  const ten = offer({ codes: ["TEN"], combinesWith: { ...ship, orderDiscounts: false, shippingDiscounts: true } });
  const cart = (codes: string[]) =>
    priceCart(trial.store, trial.shop, { lines: [line(0, 2)], codes, customerId: null, shipping: "3.95" });
  expect(cart(["SHIP", "TEN"])).toMatchObject({ discountTotal: "1.24", shippingDiscount: "3.95", rejected: [] });
  ten.combinesWith.shippingDiscounts = false;
  expect(cart(["SHIP", "TEN"])).toMatchObject({ shippingDiscount: "3.95", rejected: [{ code: "TEN" }] });
  free.maximumShippingPrice = "3.00";
  expect(cart(["SHIP"]).rejected).toEqual([{ code: "SHIP", reason: "no_matching_delivery" }]);
});

test("free shipping applies also where the delivery costs nothing", () => {
  offer({ codes: ["SHIP"], type: "freeShipping", minimumQuantity: 3 });
  expect(price(["SHIP"])).toMatchObject({
    rejected: [],
    applied: [{ code: "SHIP", amount: "0.00", type: "shipping" }],
  });
  expect(price(["SHIP"], { lines: [line(0, 2)] }).rejected).toEqual([{ code: "SHIP", reason: "minimum_not_met" }]);
});

test("a discount on a collection or on a variant changes only its lines", () => {
  const [collection] = collectionsOf(trial.shop);
  const mine = trial.products.filter((one) => collection?.products.includes(one)).length;
  offer({ codes: ["SHELF"], appliesTo: { kind: "collections", collectionIds: [collection?.id ?? ""] } });
  const cut = price(["SHELF"]).lines.filter((one) => one.discount !== "0.00");
  expect(cut).toHaveLength(mine);
  const variantIds = [trial.products[1]?.variants[0]?.id ?? ""];
  offer({ codes: ["ONE"], appliesTo: { kind: "products", productIds: [], variantIds } });
  expect(price(["ONE"]).lines.map((one) => one.discount)).toEqual(["0.00", "0.58"]);
});

test("uses are counted for each code of a discount", () => {
  offer({ codes: ["A", "B"], usageLimit: 1, usedBy: [{ orderId: "1", customerId: "2", code: "A" }] });
  expect(price(["A"]).rejected).toEqual([{ code: "A", reason: "usage_limit_reached" }]);
  expect(price(["B"]).rejected).toEqual([]);
});
