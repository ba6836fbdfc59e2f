// A store with a small app and a small project folder, for tests of what shoppers and merchants see.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { handleAdmin } from "./admin/admin.ts";
import { handleCheckout } from "./checkout/checkout.ts";
import { installApp } from "./commands/app.ts";
import { createCustomer } from "./commands/customer.ts";
import { createProduct } from "./commands/product.ts";
import type { Customer, Product, ShopState, Store } from "./model.ts";
import { startStore } from "./server.ts";
import { addShop } from "./store.ts";
import { handleStorefront } from "./storefront/storefront.ts";

export const TOY_SECRET = "toy-secret";
const TOML = `client_id = "toy-key"
name = "Toy"
handle = "toy"
application_url = "https://toy.example.com"
embedded = true
[access_scopes]
scopes = "read_customers"
optional_scopes = ["read_all_orders"]
[app_proxy]
url = "/proxy"
subpath = "toy"
prefix = "apps"
`;

export type ToyShop = {
  store: Store;
  shop: ShopState;
  url: string;
  tunnelUrl: string;
  customer: Customer;
  product: Product;
  close(): Promise<void>;
};

type Options = {
  /** Files of the project folder besides shopify.app.toml, by path. */
  files?: Record<string, string>;
  app?: (request: IncomingMessage, response: ServerResponse) => void;
};

function writeFiles(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "toy-shop-"));
  for (const [name, text] of Object.entries({ "shopify.app.toml": TOML, ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

export async function startToyShop({
  files = {},
  app = (_request, response) => void response.end(),
}: Options = {}): Promise<ToyShop> {
  const server = createServer({ keepAliveTimeout: 60_000 }, app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The toy app does not listen.");
  const projectDir = writeFiles(files);
  const config = { port: 0, tunnelPort: 0, apiKey: "toy-key", apiSecret: TOY_SECRET, projectDir, clockSpeed: 1 };
  const faces = [handleAdmin, handleCheckout, handleStorefront];
  const running = await startStore({ ...config, appUrl: `http://127.0.0.1:${address.port}` }, faces);
  const { store } = running;
  const shop = addShop(store, "toy-shop.myshopify.com", { name: "Toy Shop" });
  const product = createProduct(store, shop, {
    title: "Assam",
    handle: "assam",
    descriptionHtml: "<p>Loose leaf</p>",
    productType: "Tea",
    vendor: "Leaf & Co",
    variants: [{ title: "Default Title", sku: "A", price: "6.20" }],
  });
  const customer = createCustomer(store, shop, { firstName: "Asha", lastName: "Patel", email: "asha@example.com" });
  installApp(store, shop);
  return {
    store,
    shop,
    product,
    customer,
    url: running.url,
    tunnelUrl: running.tunnelUrl,
    async close() {
      await running.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(projectDir, { recursive: true });
    },
  };
}

/** A visitor who keeps cookies between pages, as a browser does. */
export function openVisitor(origin: string) {
  const jar = new Map<string, string>();

  function keep(response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const [pair = "", ...attributes] = line.split(";");
      const at = pair.indexOf("=");
      const isGone = attributes.some((attribute) => attribute.trim() === "Max-Age=0");
      if (isGone) jar.delete(pair.slice(0, at));
      else jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
  }

  /** Sends a body as a form. Follows redirects within the store. */
  async function visit(
    path: string,
    body?: Record<string, string>,
  ): Promise<{ status: number; path: string; html: string; headers: Headers }> {
    const url = new URL(path, origin);
    const init = body === undefined ? {} : { method: "POST", body: new URLSearchParams(body) };
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, { ...init, redirect: "manual", headers: { cookie } });
    keep(response);
    const next = response.headers.get("location");
    if (response.status >= 300 && response.status < 400 && next) return visit(next);
    return { status: response.status, path: url.pathname, html: await response.text(), headers: response.headers };
  }

  return { visit };
}
