import { afterAll, beforeAll, expect, test } from "vitest";
import { openVisitor, startToyShop, type ToyShop } from "../toy-shop.ts";

let toy: ToyShop;
beforeAll(async () => {
  toy = await startToyShop();
});
afterAll(() => toy.close());

const variantId = (): string => toy.product.variants[0]?.id ?? "";

test("a shopper finds a product, adds it to the cart and removes it", async () => {
  const { visit } = openVisitor(toy.url);
  expect((await visit("/")).html).toContain('href="/products/assam"');
  expect((await visit("/collections/all?q=zzz")).html).toContain("0 products");
  const product = await visit("/products/assam");
  expect(product.html).toContain("£6.20");
  const cart = await visit("/cart/add", { id: variantId(), quantity: "2" });
  expect(cart.path).toBe("/cart");
  expect(cart.html).toContain("£12.40 GBP");
  const updated = await visit("/cart/update", { [`updates[${variantId()}]`]: "1" });
  expect(updated.html).toContain("£6.20 GBP");
  expect((await visit("/cart/update", { [`updates[${variantId()}]`]: "0" })).html).toContain("Your cart is empty");
});

test("scripts add to the cart and read it in Shopify's shapes", async () => {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ items: [{ id: Number(variantId()), quantity: 3 }] });
  const added = await fetch(`${toy.url}/cart/add.js`, { method: "POST", headers, body });
  expect(await added.json()).toMatchObject({
    items: [{ variant_id: Number(variantId()), quantity: 3, final_line_price: 1860 }],
  });
  const cookie =
    added.headers
      .getSetCookie()
      .find((line) => line.startsWith("cart="))
      ?.split(";")[0] ?? "";
  const cart = await fetch(`${toy.url}/cart.js`, { headers: { cookie } });
  expect(await cart.json()).toMatchObject({ item_count: 3, total_price: 1860, currency: "GBP" });
  const unknown = await fetch(`${toy.url}/cart/add.js`, { method: "POST", headers, body: '{"id":1}' });
  expect(unknown.status).toBe(422);
});

test("a visitor chooses a customer, signs up as a new one, and logs out", async () => {
  const { visit } = openVisitor(toy.url);
  expect((await visit("/account")).path).toBe("/account/login");
  expect((await visit("/account/login?q=asha")).html).toContain("Log in as Asha Patel");
  expect((await visit("/account/login", { customer_id: toy.customer.id })).html).toContain("asha@example.com");
  await visit("/account/logout");
  const before = toy.shop.customers.size;
  const form = {
    "customer[first_name]": "Ravi",
    "customer[email]": "ravi@example.com",
    "customer[accepts_marketing]": "true",
  };
  expect((await visit("/account", form)).html).toContain("ravi@example.com");
  expect(toy.shop.customers.size).toBe(before + 1);
  const ravi = [...toy.shop.customers.values()].at(-1);
  expect(ravi).toMatchObject({ firstName: "Ravi", emailConsent: { state: "SUBSCRIBED" } });
  const again = await openVisitor(toy.url).visit("/account", form);
  expect(again).toMatchObject({ status: 422 });
  expect(again.html).toContain("already has an account");
});

test("texts of people are escaped in the theme, and no redirect leaves the shop", async () => {
  const { visit } = openVisitor(toy.url);
  const search = await visit('/account/login?q="><script>x</script>');
  expect(search.html).not.toContain("<script>x</script>");
  const login = await fetch(`${toy.url}/account/login`, {
    method: "POST",
    body: new URLSearchParams({ customer_id: toy.customer.id, return_to: "//evil.example" }),
    redirect: "manual",
  });
  expect(login.headers.get("location")).toBe("/account");
  const discount = await fetch(`${toy.url}/discount/TEN?redirect=//evil.example`, { redirect: "manual" });
  expect(discount.headers.get("location")).toBe("/");
});

test("an unknown URL is the theme's own 404 page", async () => {
  const { status, html } = await openVisitor(toy.url).visit("/products/none");
  expect(status).toBe(404);
  expect(html).toContain("Page not found");
});
