// Reads the body of a topic into entities. A topic that is not listed here is ignored.
import { own } from "../../../../own.ts";
import { readOrderNode } from "../history/order-rows.ts";
import { readCustomerNode, readProductNode } from "../history/rows.ts";
import type { Entities, Version } from "../../../../customers/facts/entities.ts";
import { partOf, refuse, type Json } from "../../../reading/body.ts";
import type { Identity, Reader, Reading } from "../../../source.ts";
import { readConsent, readConsents, readCustomer, readSlimCustomer, readTags, readTotals } from "./customer.ts";
import { idFrom, idNeeded } from "./fields.ts";
import { readOrder } from "./order.ts";
import { readProduct, readShop } from "./product.ts";
import { readRefund } from "./refund.ts";
import { shopifyRequests } from "./requests.ts";

type TopicReader = (reading: Reading, into: Entities) => void;

const customer =
  (rank: number): TopicReader =>
  ({ body, seenAt }, into) => {
    const row = readCustomer(body, { seenAt, rank });
    into.customers.push(row);
    into.consents.push(...readConsents(body, row));
  };

const order =
  (rank: number): TopicReader =>
  ({ body, seenAt }, into) => {
    const { order: row, refunds } = readOrder(body, { seenAt, rank });
    const version: Pick<Version, "seenAt" | "rank"> = { seenAt: row.updatedAt ?? seenAt, rank };
    if (row.customerId) into.customers.push(readSlimCustomer(partOf(body, "customer"), version));
    into.orders.push(row);
    into.refunds.push(...refunds);
  };

const product =
  (rank: number): TopicReader =>
  ({ body, seenAt }, into) => {
    into.products.push(readProduct(body, { seenAt, rank }));
  };

const deletion =
  (kind: Entities["deletions"][number]["kind"]): TopicReader =>
  ({ body, seenAt }, into) => {
    into.deletions.push({ kind, id: idNeeded(body), at: seenAt });
  };

const MERGE_STATES: unknown[] = ["requested", "in_progress", "completed", "failed"];

const merge: TopicReader = ({ body, seenAt }, into) => {
  const { status } = body.fields;
  if (!MERGE_STATES.includes(status)) refuse(body, "status");
  if (status !== "completed") return;
  const keptId = idNeeded(body, "admin_graphql_api_customer_kept_id");
  const deletedId = idNeeded(body, "admin_graphql_api_customer_deleted_id");
  if (keptId !== deletedId) into.merges.push({ keptId, deletedId, at: seenAt });
};

const READERS: Record<string, TopicReader> = {
  "customers/create": customer(0),
  "customers/update": customer(1),
  "customers/delete": deletion("customer"),
  "customers/merge": merge,
  "customers/purchasing_summary": ({ body, seenAt }, into) => into.totals.push(readTotals(body, seenAt)),
  "customer.tags_added": ({ body, seenAt }, into) => into.tags.push(readTags(body, "add", seenAt)),
  "customer.tags_removed": ({ body, seenAt }, into) => into.tags.push(readTags(body, "remove", seenAt)),
  "customers_email_marketing_consent/update": ({ body, seenAt }, into) =>
    into.consents.push(readConsent(body, "email", seenAt)),
  "customers_marketing_consent/update": ({ body, seenAt }, into) =>
    into.consents.push(readConsent(body, "sms", seenAt)),
  "orders/create": order(0),
  "orders/updated": order(1),
  "orders/paid": order(2),
  "orders/cancelled": order(3),
  "orders/delete": deletion("order"),
  "refunds/create": ({ body, seenAt, currency }, into) =>
    into.refunds.push(readRefund(body, { seenAt }, currency, null)),
  "products/create": product(0),
  "products/update": product(1),
  "products/delete": deletion("product"),
  "shop/update": ({ body, seenAt }, into) => into.shops.push(readShop(body, { seenAt })),
  // Topics of our own, for rows from the Admin API. The door refuses a colon, so no webhook has these topics.
  "history:products": readProductNode,
  "history:customers": readCustomerNode,
  "history:orders": readOrderNode,
};

export function readTopic(topic: string, reading: Reading, into: Entities): void {
  own(READERS, topic)?.(reading, into);
}

/** The header with the shop's name is not signed, so a signed body of one shop may be sent with the name of another. */
export function contradicts(shop: Identity, topic: string, body: Json): boolean {
  const named = [body["myshopify_domain"], body["shop_domain"]].filter((name) => typeof name === "string");
  if (named.some((name) => name.toLowerCase() !== shop.id)) return true;
  const number = topic === "shop/update" || topic === "app/uninstalled" ? idFrom(body["id"]) : idFrom(body["shop_id"]);
  if (shop.platformId !== null && number !== null && number !== shop.platformId) return true;
  return isOrderOfAnother(shop, body["order_status_url"]);
}

const STATUS_PATH = /^\/(\d{1,20})\/orders\//;

/**
 * An order names its shop only in its status URL, `https://HOST/NUMBER/orders/TOKEN/authenticate`. NUMBER is the shop's
 * permanent id. HOST may be the merchant's own domain or a newer myshopify.com name, so HOST decides only where no NUMBER can
 * be compared.
 */
function isOrderOfAnother(shop: Identity, address: unknown): boolean {
  if (typeof address !== "string" || !URL.canParse(address)) return false;
  const { hostname, pathname } = new URL(address);
  const number = STATUS_PATH.exec(pathname)?.[1];
  if (number !== undefined && shop.platformId !== null) return number !== shop.platformId;
  return hostname.endsWith(".myshopify.com") && hostname !== shop.id;
}

export const shopifyReader: Reader = { name: "shopify", read: readTopic, contradicts, requests: shopifyRequests };
