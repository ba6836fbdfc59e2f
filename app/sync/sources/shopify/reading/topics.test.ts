import { expect, test } from "vitest";
import { contradicts } from "./topics.ts";

const known = { id: "apple.myshopify.com", platformId: "690933842" };
const nameless = { ...known, platformId: null };
const at = (place: string) => ({ order_status_url: `https://${place}/orders/b1946ac9/authenticate?key=ccde591a` });

test("an order whose status URL belongs to another shop contradicts the shop's name", () => {
  expect(contradicts(known, "orders/create", at("pear.myshopify.com/1"))).toBe(true);
  expect(contradicts(known, "orders/updated", at("shop.example.com/1"))).toBe(true);
  expect(contradicts(nameless, "orders/create", at("pear.myshopify.com/1"))).toBe(true);
});

test("a shop's own order is recognised by the shop's number, under any of the shop's domains", () => {
  expect(contradicts(known, "orders/create", at("apple.myshopify.com/690933842"))).toBe(false);
  expect(contradicts(known, "orders/create", at("shop.example.com/690933842"))).toBe(false);
  expect(contradicts(known, "orders/create", at("apple-renamed.myshopify.com/690933842"))).toBe(false);
  expect(contradicts(nameless, "orders/create", at("apple.myshopify.com/690933842"))).toBe(false);
});

test("a status URL that names no shop contradicts no shop", () => {
  for (const address of [null, 5, "", "no address", "https://shop.example.com/account/orders/1"])
    expect(contradicts(known, "orders/create", { order_status_url: address }), String(address)).toBe(false);
});
