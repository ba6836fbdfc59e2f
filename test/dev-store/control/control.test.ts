import { rmSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { handleControl } from "./control.ts";
import { startStore, type RunningStore } from "../server.ts";
import { addShop } from "../store.ts";
import { createProduct } from "../commands/product.ts";
import { appToml, writeProject } from "../trial.ts";

const projectDir = writeProject(appToml());
let running: RunningStore;

beforeAll(async () => {
  const config = { port: 0, tunnelPort: 0, appUrl: "http://127.0.0.1:1", apiKey: "k", apiSecret: "s", clockSpeed: 1 };
  running = await startStore({ ...config, projectDir }, [handleControl]);
  for (const domain of ["first.myshopify.com", "second.myshopify.com"]) {
    const shop = addShop(running.store, domain, { name: "<b>Tea & Co</b>" });
    createProduct(running.store, shop, { title: "Assam", variants: [{ title: "50 g", sku: "A", price: "6.20" }] });
  }
});
afterAll(async () => {
  await running.close();
  rmSync(projectDir, { recursive: true });
});

async function post(path: string, body: unknown = {}) {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${running.url}/control/${path}`, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
  });
  return { status: response.status, json: await response.json(), cookies: response.headers.getSetCookie() };
}

function submit(path: string, fields: Record<string, string>): Promise<Response> {
  return fetch(`${running.url}/control/${path}`, {
    method: "POST",
    body: new URLSearchParams(fields),
    redirect: "manual",
  });
}

const read = async (path: string) => (await fetch(`${running.url}/control/${path}`)).json();

test("a customer is made, orders, is refunded, and is found again with the number of orders", async () => {
  const { json: customer } = await post("customers", {
    firstName: "Asha",
    lastName: "Patel",
    email: "asha@example.com",
  });
  const { json: order } = await post("orders", { customerId: "asha@example.com", quantity: 3 });
  expect(order).toMatchObject({ customerId: customer.id, total: "18.60", name: "#1001" });
  expect((await post(`orders/${order.id}/refund`)).json).toMatchObject({ amount: "18.60" });
  expect(
    (await post(`orders/${order.id}/refund`, { lines: [{ lineItemId: order.lineItems[0].id, quantity: 1 }] })).status,
  ).toBe(400);
  expect(await read("customers?query=asha")).toMatchObject([{ id: customer.id, numberOfOrders: 1 }]);
  expect(await read("state")).toMatchObject({ shop: "first.myshopify.com", customers: 1, orders: 1 });
});

test("a form does the same as JSON, and returns to the page with the result or the mistake", async () => {
  const placed = await submit("orders", { customerId: "", productId: "", quantity: "1", test: "yes" });
  expect(placed.status).toBe(303);
  expect(placed.headers.get("location")).toBe("/control?shop=first.myshopify.com&said=Done%3A+orders");
  const refused = await submit("order", { id: "#4711", do: "refund" });
  expect(decodeURIComponent(refused.headers.get("location") ?? "")).toContain('"#4711"+is+not+among+the+orders');
});

test("choosing a shopper sets the storefront's cookie, and choosing nobody deletes it", async () => {
  const { json: customer } = await post("customers", {
    firstName: "Gurleen",
    lastName: "Gill",
    email: "g@example.com",
  });
  expect((await post("shopper", { customerId: customer.id })).cookies.join()).toContain(`=${customer.id};`);
  expect((await post("shopper", { customerId: null })).cookies.join()).toContain("Max-Age=0");
  expect((await post("shopper", { customerId: "12" })).status).toBe(400);
});

test("an order is placed at the point of sale, shipped and delivered, and each step is possible once", async () => {
  const { json: order } = await post("orders", { quantity: 1, where: "pos" });
  expect(order).toMatchObject({ sourceName: "pos", locationId: "655441491" });
  expect((await post(`orders/${order.id}/deliver`)).status).toBe(400);
  expect((await post(`orders/${order.id}/fulfil`)).json).toMatchObject({ deliveredAt: null });
  expect((await post(`orders/${order.id}/fulfil`)).json.error).toContain("was sent before");
  expect((await post(`orders/${order.id}/deliver`)).json.deliveredAt).not.toBeNull();
  expect(await read(`orders/${order.id}`)).toMatchObject({ fulfilment: { deliveredAt: expect.any(String) } });
});

test("a metafield is set, refused in Shopify's words, and deleted", async () => {
  const { json: customer } = await post("customers", { firstName: "Bela", lastName: "Shah", email: "b@example.com" });
  const path = `customers/${customer.id}/metafield`;
  const birthday = { namespace: "facts", key: "birth_date", type: "date", value: "1990-04-01" };
  expect((await post(path, birthday)).json).toMatchObject(birthday);
  expect((await post(path, { ...birthday, value: "spring" })).status).toBe(400);
  expect((await post(path, { ...birthday, value: "" })).json).toEqual({ removed: "birth_date" });
});

test("a question that Shopify leaves open is a switch, strict by default", async () => {
  expect((await read("state")).switches).toMatchObject({ guestsByEmail: true });
  expect((await post("switches", { guestsByEmail: "false" })).json).toMatchObject({ guestsByEmail: false });
  await post("switches", { guestsByEmail: "true" });
});

test("the page says that the app's clock does not move, and starts only jobs that the app has", async () => {
  const page = await (await fetch(`${running.url}/control`)).text();
  expect(page).toContain("does not move with it");
  const { appJobs: _none, ...config } = running.store.config;
  const started: string[] = [];
  const run = async (name: string, shop: string) => void started.push(`${name} ${shop}`);
  running.store.config = { ...config, appJobs: { names: ["sync.reconcile"], run } };
  expect((await post("jobs", { name: "sync.reconcile" })).status).toBe(200);
  expect((await post("jobs", { name: "rm" })).status).toBe(400);
  expect(started).toEqual(["sync.reconcile first.myshopify.com"]);
});

test("webhooks that the app refused are listed with their answers, shown as they were sent, and can be sent again", async () => {
  await post("install");
  const { json: order } = await post("orders", { quantity: 1 });
  await expect.poll(async () => (await read("webhooks?topic=orders/create"))[0]?.attempts.length).toBe(1);
  const [webhook] = await read("webhooks?topic=orders/create");
  expect(webhook).toMatchObject({ resourceId: order.id, state: "waiting", attempts: [{ status: null }] });
  expect(webhook).not.toHaveProperty("body");
  expect(await read(`webhooks/${webhook.webhookId}`)).toMatchObject({ id: Number(order.id), name: order.name });
  expect((await post(`webhooks/${webhook.webhookId}/resend`)).status).toBe(400);
  expect((await post("uninstall")).status).toBe(200);
  expect(await read("state")).toMatchObject({ installation: null });
});

test("the store's time and faults can be set and read", async () => {
  const before = Date.parse((await read("state")).now);
  const { json } = await post("clock", { hours: 2, speed: 3 });
  expect(Date.parse(json.now) - before).toBeGreaterThanOrEqual(7200_000);
  expect(json.speed).toBe(3);
  await post("faults", { key: "admin", faults: [{ kind: "429", share: 0.5 }] });
  expect((await read("state")).faults).toEqual({ admin: [{ kind: "429", share: 0.5, milliseconds: 0 }] });
  await submit("faults", { key: "admin", "429": "0", slow: "25" });
  expect((await read("state")).faults).toEqual({ admin: [{ kind: "slow", share: 0.25, milliseconds: 10_000 }] });
  expect((await post("faults", { key: "*", faults: [{ kind: "flood" }] })).status).toBe(400);
  await post("faults", { key: "admin", faults: [] });
  expect((await read("state")).faults).toEqual({});
});

test("a shop is found by its name in the Host header or in the proxy's header, and an unknown name is not found", async () => {
  const shopAt = async (headers: Record<string, string>) => {
    const response = await fetch(`${running.url}/control/state`, { headers });
    return response.ok ? (await response.json()).shop : response.status;
  };
  expect(await shopAt({ "x-forwarded-host": "second.myshopify.com" })).toBe("second.myshopify.com");
  expect(await shopAt({ "x-forwarded-host": "third.myshopify.com" })).toBe(404);
  expect(await shopAt({})).toBe("first.myshopify.com");
  expect((await read("state?shop=second.myshopify.com")).shop).toBe("second.myshopify.com");
});

test("the page shows the store's data and escapes texts of merchants", async () => {
  const html = await (await fetch(`${running.url}/control`)).text();
  expect(html).toContain("&#60;b&#62;Tea &#38; Co");
  expect(html).not.toContain("<b>Tea");
  for (const heading of ["Place an order", "Be a shopper", "Time", "Misbehave", "Webhooks, newest first"]) {
    expect(html).toContain(heading);
  }
});

test("a shop that is made with a seed has a history", async () => {
  const { json } = await post("shops", { domain: "third.myshopify.com", seed: 3, customers: 50 });
  expect(json).toMatchObject({ domain: "third.myshopify.com", customers: 50 });
  expect(json.orders).toBeGreaterThan(80);
});
