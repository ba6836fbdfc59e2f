// A misspelt topic is never delivered, and a missing one fails the review, so the file is compared with Shopify's schema.
import path from "node:path";
import { expect, test } from "vitest";
import { noEntities } from "../../app/customers/facts/entities.ts";
import { bodyOf } from "../../app/sync/reading/body.ts";
import { readTopic } from "../../app/sync/sources/shopify/reading/topics.ts";
import { adminSchema } from "../dev-store/admin-api/schema.ts";
import { readAppConfig } from "../dev-store/toml.ts";

const config = readAppConfig(path.resolve(import.meta.dirname, "../.."));
const topics = config.subscriptions.map(({ topic }) => topic);
const COMPLIANCE = ["customers/data_request", "customers/redact", "shop/redact"];

const shopifyTopics = (): string[] => {
  const type = adminSchema().schema.getType("WebhookSubscriptionTopic");
  return type && "getValues" in type ? type.getValues().map(({ name }) => name) : [];
};

test("every topic that the code reads is subscribed", () => {
  const unasked = shopifyTopics()
    .map((name) => name.toLowerCase().replace("_", "/"))
    .filter((topic) => !topics.includes(topic));
  expect(unasked).toEqual(expect.arrayContaining(["orders/fulfilled", "customers/enable", "orders/edited"]));
  for (const topic of unasked) {
    const into = noEntities();
    const seenAt = "2026-11-01T00:00:00Z";
    readTopic(topic, { body: bodyOf({ id: 1 }, new Date(seenAt)), seenAt, currency: "USD" }, into);
    expect(into, topic).toEqual(noEntities());
  }
});

test("R11 shopify_app#1702: every topic is one of Shopify's, in Shopify's spelling", () => {
  const known = shopifyTopics();
  expect(known.length).toBeGreaterThan(100);
  for (const topic of topics.filter((name) => !COMPLIANCE.includes(name))) {
    expect(known, topic).toContain(topic.toUpperCase().replaceAll(/[/.]/g, "_"));
    expect(topic).toMatch(/^(?:[a-z_]+\/[a-z_]+|customer\.[a-z_]+)$/);
  }
});

test("R06: the three compliance topics and app/uninstalled are subscribed, each topic once, all with the door's URL", () => {
  expect(topics).toEqual(expect.arrayContaining([...COMPLIANCE, "app/uninstalled"]));
  expect(new Set(topics).size).toBe(topics.length);
  expect(new Set(config.subscriptions.map(({ uri }) => uri))).toEqual(new Set(["/webhooks"]));
  // A wrong filter suppresses all webhooks, and webhooks with few fields are debounced.
  expect(config.subscriptions.every(({ filter, includeFields }) => filter === null && includeFields.length === 0)).toBe(
    true,
  );
});

test("the app asks for the scopes that it uses, and for read_all_orders only as an optional scope", () => {
  expect(config.scopes).toEqual(
    expect.arrayContaining(["read_customers", "write_customers", "read_orders", "read_products", "write_discounts"]),
  );
  expect(config.scopes.filter((scope) => scope.includes("script_tags") || scope === "read_all_orders")).toEqual([]);
  expect(config.optionalScopes).toEqual(["read_all_orders"]);
  expect(config.apiVersion).toBe("2026-10");
});
