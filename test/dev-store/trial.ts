// A small shop with a receiver in place of the app, for the store's own tests.

import { createHmac, timingSafeEqual } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installApp } from "./commands/app.ts";
import { createCustomer } from "./commands/customer.ts";
import { createProduct } from "./commands/product.ts";
import type { Customer, Product, ShopState, Store, StoreConfig } from "./model.ts";
import { addShop, createStore, type ShopSettings } from "./store.ts";
import { closeOutbox } from "./webhooks/deliver.ts";
import { settled } from "./webhooks/outbox.ts";
import { TOPICS } from "./webhooks/payload.ts";

export type Received = { headers: IncomingHttpHeaders; body: string; json: Record<string, unknown>; genuine: boolean };

export type Trial = {
  store: Store;
  shop: ShopState;
  customer: Customer;
  products: Product[];
  received: Received[];
  /** The receiver's answer. Null closes the connection. */
  answer: { status: number | null; afterMilliseconds: number };
  topics(): string[];
  /** Resolves when all emitted webhooks are delivered or have failed. */
  settled(): Promise<void>;
  close(): Promise<void>;
};

export const SECRET = "hush-hush";
const COMPLIANCE = ["customers/data_request", "customers/redact", "shop/redact"];

export function appToml(topics: string[] = TOPICS, more = ""): string {
  const list = (names: string[]): string => JSON.stringify(names);
  const plain = topics.filter((topic) => !COMPLIANCE.includes(topic));
  return `client_id = "trial-key"
name = "Trial"
application_url = "https://trial.example"
[access_scopes]
scopes = "read_customers,read_customer_merge,read_orders,read_products,read_discounts,read_fulfillments"
[webhooks]
api_version = "2026-10"
[[webhooks.subscriptions]]
topics = ${list(plain)}
uri = "/webhooks"
[[webhooks.subscriptions]]
compliance_topics = ${list(topics.filter((topic) => COMPLIANCE.includes(topic)))}
uri = "/webhooks"
${more}`;
}

export function writeProject(toml: string): string {
  const folder = mkdtempSync(join(tmpdir(), "dev-store-"));
  writeFileSync(join(folder, "shopify.app.toml"), toml);
  return folder;
}

type Options = { toml?: string; config?: Partial<StoreConfig>; shop?: ShopSettings };

/** The receiver checks the signature over the received bytes, with code of its own. */
export async function createTrial(options: Options = {}): Promise<Trial> {
  const received: Received[] = [];
  const answer: Trial["answer"] = { status: 200, afterMilliseconds: 0 };
  const app = createServer({ keepAliveTimeout: 60_000 }, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const body = bytes.toString("utf8");
    received.push({
      headers: request.headers,
      body,
      json: JSON.parse(body),
      genuine: isGenuine(request.headers, bytes),
    });
    await new Promise((resolve) => setTimeout(resolve, answer.afterMilliseconds));
    if (answer.status === null) request.socket.destroy();
    else response.writeHead(answer.status).end();
  });
  await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
  const address = app.address();
  if (address === null || typeof address === "string") throw new Error("The receiver does not listen.");
  const projectDir = writeProject(options.toml ?? appToml());
  const store = createStore({
    port: 0,
    tunnelPort: 0,
    appUrl: `http://127.0.0.1:${address.port}`,
    apiKey: "trial-key",
    apiSecret: SECRET,
    projectDir,
    clockSpeed: 1,
    lag: 0,
    ...options.config,
  });
  const shop = addShop(store, "trial.myshopify.com", { name: "Trial", ...options.shop });
  const { customer, products } = furnish(store, shop);
  installApp(store, shop);
  return {
    store,
    shop,
    customer,
    products,
    received,
    answer,
    topics: () => received.map(({ headers }) => String(headers["x-shopify-topic"])).sort(),
    settled: () => settled(store),
    async close() {
      closeOutbox(store);
      app.closeAllConnections();
      await new Promise((resolve) => app.close(resolve));
      rmSync(projectDir, { recursive: true });
    },
  };
}

function isGenuine(headers: IncomingHttpHeaders, bytes: Buffer): boolean {
  const given = Buffer.from(String(headers["x-shopify-hmac-sha256"]), "base64");
  const wanted = createHmac("sha256", SECRET).update(bytes).digest();
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function furnish(store: Store, shop: ShopState): { customer: Customer; products: Product[] } {
  const products = ["Assam", "Masala Chai"].map((title, index) =>
    createProduct(store, shop, {
      title,
      descriptionHtml: "<p>Loose leaf</p>",
      productType: "Tea",
      tags: ["tea"],
      image: "/images/tin.svg",
      variants: [{ title: "50 g", sku: `S-${index}`, price: index === 0 ? "6.20" : "5.80" }],
    }),
  );
  const customer = createCustomer(store, shop, {
    firstName: "Asha",
    lastName: "Patel",
    email: "asha@example.com",
    phone: "+447700900001",
    note: "Prefers loose leaf",
    tags: ["tea-club"],
    addresses: [
      {
        firstName: "Asha",
        lastName: "Patel",
        address1: "1 High Street",
        city: "Leicester",
        provinceCode: "ENG",
        countryCode: "GB",
        zip: "LE4 5PJ",
        phone: "+447700900001",
      },
    ],
  });
  return { customer, products };
}
