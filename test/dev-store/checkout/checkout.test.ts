import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createCustomer } from "../commands/customer.ts";
import type { Discount, Order } from "../model.ts";
import { openVisitor, startToyShop, type ToyShop } from "../toy-shop.ts";

let toy: ToyShop;
beforeAll(async () => {
  toy = await startToyShop();
});
afterAll(() => toy.close());
beforeEach(() => {
  toy.shop.discounts.clear();
});

const ADDRESS = { last_name: "Patel", address1: "1 High Street", zip: "LE4 5PJ", city: "Leicester", country: "GB" };
const lastOrder = (): Order | undefined => [...toy.shop.orders.values()].at(-1);
const totalIn = (html: string): string => /id="total"[^>]*>([^<]*)</.exec(html)?.[1] ?? "";

function offer(code: string, discount: Partial<Discount> = {}): void {
  toy.shop.discounts.set(code, {
    id: code,
    method: "code",
    title: code,
    codes: [code],
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
    ...discount,
  });
}

async function fillCart(customerId: string | null, quantity = "2") {
  const visitor = openVisitor(toy.url);
  await visitor.visit("/?utm_source=letter");
  if (customerId) await visitor.visit("/account/login", { customer_id: customerId });
  await visitor.visit("/cart/add", { id: toy.product.variants[0]?.id ?? "", quantity });
  return visitor;
}

test("a shopper pays with a code: the total, the order and the discount's uses agree", async () => {
  offer("TEN");
  const { visit } = await fillCart(toy.customer.id);
  expect(totalIn((await visit("/checkout")).html)).toBe("£12.40");
  const priced = await visit("/checkout", { action: "apply", code: "ten" });
  expect(totalIn(priced.html)).toBe("£11.16");
  expect(priced.html).toContain('data-code="ten"');
  const thanks = await visit("/checkout", { action: "pay", ...ADDRESS });
  const order = lastOrder();
  expect(thanks.path).toBe(`/checkouts/${order?.checkoutToken}/thank-you`);
  expect(totalIn(thanks.html)).toBe("£11.16");
  expect(order).toMatchObject({
    customerId: toy.customer.id,
    total: "11.16",
    sourceName: "web",
    landingSite: "/?utm_source=letter",
    discountCodes: [{ code: "ten", amount: "1.24", type: "percentage" }],
    lineItems: [{ quantity: 2, discount: "1.24" }],
    shippingAddress: { city: "Leicester" },
  });
  expect(toy.shop.discounts.get("TEN")?.usedBy).toEqual([
    { orderId: order?.id, customerId: toy.customer.id, code: "ten" },
  ]);
  expect((await visit("/cart")).html).toContain("Your cart is empty");
});

test("an order carries each automatic discount, and what it took off the lines and off the delivery", async () => {
  const both = { orderDiscounts: true, productDiscounts: true, shippingDiscounts: true };
  offer("TEN", { method: "automatic", title: "Ten", codes: [], combinesWith: both });
  offer("SHIP", { method: "automatic", title: "Ship", type: "freeShipping", codes: [], combinesWith: both });
  toy.shop.deliveryRate = "3.95";
  const { visit } = await fillCart(toy.customer.id);
  await visit("/checkout", { action: "pay", ...ADDRESS });
  delete toy.shop.deliveryRate;
  expect(lastOrder()).toMatchObject({
    ...{ total: "11.16", shipping: "0.00", discountCodes: [] },
    discounts: [
      { code: null, title: "Ten", amount: "1.24", lines: ["1.24"], shipping: "0.00" },
      { code: null, title: "Ship", amount: "3.95", lines: ["0.00"], shipping: "3.95" },
    ],
  });
});

test("a code for one customer is refused for another, and the refusal is shown beside the field", async () => {
  offer("HERS", { context: { kind: "customers", customerIds: [toy.customer.id] } });
  const other = createCustomer(toy.store, toy.shop, { firstName: "Ravi", lastName: "Rao", email: "ravi@example.com" });
  const { visit } = await fillCart(other.id);
  const refused = await visit("/checkout", { action: "apply", code: "HERS" });
  expect(refused.html).toContain("isn’t available to you right now");
  expect(totalIn(refused.html)).toBe("£12.40");
  expect((await visit("/checkout", { action: "apply", code: "NONE" })).html).toContain("Enter a valid discount code");
  expect((await visit("/checkout")).html).not.toContain('class="fault"');
  const hers = await fillCart(toy.customer.id);
  expect(totalIn((await hers.visit("/checkout", { action: "apply", code: "HERS" })).html)).toBe("£11.16");
});

test("a code in a link is kept in the cart, and reported before payment if it does not apply", async () => {
  offer("LATE");
  const { visit } = await fillCart(toy.customer.id);
  expect((await visit("/discount/LATE?redirect=/cart")).html).toContain("£11.16 GBP");
  offer("LATE", { endsAt: "2021-01-01T00:00:00Z" });
  const before = toy.shop.orders.size;
  const answer = await visit("/checkout", { action: "pay", ...ADDRESS });
  expect(answer.html).toContain("The discount code LATE is not active");
  expect(toy.shop.orders.size).toBe(before);
  expect((await visit("/checkout", { action: "pay", ...ADDRESS })).path).toContain("/thank-you");
  expect(lastOrder()).toMatchObject({ total: "12.40", discountCodes: [] });
});

test("a guest becomes a customer, and a known customer is recognised by e-mail", async () => {
  const known = await fillCart(null);
  await known.visit("/checkout", { action: "pay", email: "ASHA@example.com", ...ADDRESS });
  expect(lastOrder()?.customerId).toBe(toy.customer.id);
  const fresh = await fillCart(null);
  expect((await fresh.visit("/checkout", { action: "pay", email: "nobody", ...ADDRESS })).html).toContain(
    "Enter a valid e-mail",
  );
  await fresh.visit("/checkout", { action: "pay", email: "new@example.com", first_name: "Nia", ...ADDRESS });
  const customer = toy.shop.customers.get(lastOrder()?.customerId ?? "");
  expect(customer).toMatchObject({ firstName: "Nia", email: "new@example.com" });
});

test("a switch says whether the e-mail that a guest types decides which discounts apply", async () => {
  offer("CLUB", { context: { kind: "customers", customerIds: [toy.customer.id] } });
  const { visit } = await fillCart(null);
  const email = toy.customer.email ?? "";
  const known = await visit("/checkout", { action: "apply", code: "CLUB", email });
  expect(totalIn(known.html)).toBe("£11.16");
  toy.store.switches.guestsByEmail = false;
  const unknown = await visit("/checkout", { action: "apply", code: "CLUB", email });
  toy.store.switches.guestsByEmail = true;
  expect(totalIn(unknown.html)).toBe("£12.40");
  expect(unknown.html).toContain("Log in or enter your e-mail");
});

test("without a cart there is no checkout, and an unknown checkout is 404", async () => {
  expect((await openVisitor(toy.url).visit("/checkout")).path).toBe("/cart");
  expect((await openVisitor(toy.url).visit("/checkouts/none/thank-you")).status).toBe(404);
});
