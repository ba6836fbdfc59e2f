import { expect, test } from "vitest";
import { readRequest } from "./requests.ts";

test("an order's number that cannot be read takes no customer's right away", () => {
  const body = { shop_domain: "tea.myshopify.com", customer: { id: 7 }, orders_to_redact: [299938, null, {}, "5"] };
  expect(readRequest(Buffer.from(JSON.stringify(body)))?.subject).toMatchObject({
    customerId: "7",
    orderIds: ["299938", "5"],
  });
});
