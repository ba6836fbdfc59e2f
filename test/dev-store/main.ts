// The dev store as a process. Prints one line of JSON when it is ready. SIGTERM saves the data and ends it.

import { parseArgs } from "node:util";
import { generateShop } from "./generator/generate.ts";
import { startStore } from "./server.ts";
import { addShop } from "./store.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    "tunnel-port": { type: "string", default: "0" },
    "app-url": { type: "string", default: "http://127.0.0.1:3000" },
    "api-key": { type: "string" },
    "api-secret": { type: "string" },
    project: { type: "string", default: process.cwd() },
    shop: { type: "string", default: "monsoon-leaf.myshopify.com" },
    snapshot: { type: "string" },
    seed: { type: "string", default: "1" },
    customers: { type: "string", default: "2000" },
    speed: { type: "string", default: "1" },
    empty: { type: "boolean", default: false },
  },
});

const secret = values["api-secret"] ?? process.env["SHOPIFY_API_SECRET"];
if (!secret)
  throw new Error("Give the app's secret as --api-secret or SHOPIFY_API_SECRET: webhooks are signed with it.");

const running = await startStore({
  port: Number(values.port),
  tunnelPort: Number(values["tunnel-port"]),
  appUrl: values["app-url"],
  apiKey: values["api-key"] ?? process.env["SHOPIFY_API_KEY"] ?? "",
  apiSecret: secret,
  projectDir: values.project,
  clockSpeed: Number(values.speed),
  ...(values.snapshot === undefined ? {} : { snapshot: values.snapshot }),
});

const { store, url, tunnelUrl } = running;
if (!store.shops.has(values.shop)) {
  const shop = addShop(store, values.shop, { name: "Monsoon & Leaf", email: "asha@monsoon-leaf.example" });
  if (!values.empty) generateShop(store, shop, { seed: Number(values.seed), customers: Number(values.customers) });
}

let ending = false;
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    if (ending) return;
    ending = true;
    void running.close().then(() => process.exit(0));
  });
}

console.log(JSON.stringify({ storeUrl: url, tunnelUrl, shop: values.shop, apiKey: store.config.apiKey }));
