import { expect, test } from "vitest";
import { readRequest } from "./requests.ts";

test("a request with an order number that cannot be read still names its customer and its other orders", () => {
  const body = { shop_domain: "tea.myshopify.com", customer: { id: 7 }, orders_to_redact: [299938, null, {}, "5"] };
  expect(readRequest(Buffer.from(JSON.stringify(body)))?.subject).toMatchObject({
    customerId: "7",
    orderIds: ["299938", "5"],
  });
});
