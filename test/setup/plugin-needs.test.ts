import { expect, it } from "vitest";
import { missingLines } from "./plugin-needs.ts";

const asked = { scopes: ["read_orders"], optionalScopes: [], subscriptions: [{ topic: "orders/create" }] };

it("the lines that shopify.app.toml lacks for a plugin are printed as they must stand there", () => {
  const plugin = {
    name: "returns",
    topics: ["returns/request"],
    scopes: ["read_orders", "read_returns"],
    webhooks: { "orders/create": () => Promise.resolve() },
  };
  expect(missingLines([plugin], asked)).toEqual([
    expect.stringContaining('topics = ["returns/request"]'),
    expect.stringContaining('scopes = "read_orders,read_returns"'),
  ]);
});

it("a plugin whose topics and scopes are there needs nothing", () => {
  expect(missingLines([{ name: "a", topics: ["orders/create"], scopes: ["read_orders"] }], asked)).toEqual([]);
});
