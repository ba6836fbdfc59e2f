// A source that is no platform: tills that send customers, sales and products. A shop may have several tills.
import { readTopic } from "../../../../app/sync/sources/shopify/reading/topics.ts";
import type { Source } from "../../../../app/sync/source.ts";

const TOPICS: Record<string, string> = {
  customer: "customers/update",
  sale: "orders/create",
  sold_back: "refunds/create",
  thing: "products/update",
  gone: "customers/delete",
};

/** The bodies have Shopify's form. The redaction request has its own form. */
export const till: Source = {
  name: "till",
  read: (topic, reading, into) => readTopic(TOPICS[topic] ?? "", reading, into),
  contradicts: () => false,
  requests: {
    kindOf: (topic) => (topic === "forget" ? "erase customer" : null),
    read: (body) => {
      const { shop, customer } = JSON.parse(body.toString("utf8")) as { shop: string; customer: string };
      const subject = { customerId: customer, email: null, phone: null, orderIds: [] };
      return { shopId: shop, platformId: null, subject };
    },
  },
};
