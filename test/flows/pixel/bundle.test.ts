// The app's own web pixel in a bare worker, with consent granted, refused and changed. Answers of the app are simulated.
import { afterEach, beforeAll, expect, test } from "vitest";
import path from "node:path";
import { bundleExtension } from "../../../extensions/build.ts";
import { installApp } from "../../dev-store/commands/app.ts";
import { createCustomer } from "../../dev-store/commands/customer.ts";
import { startToyShop, type ToyShop } from "../../dev-store/toy-shop.ts";
import { openPixelPage, type PageOptions, type PixelPage } from "../../dev-store/pixel/pixel-page.ts";

const PROJECT = path.resolve(import.meta.dirname, "../../..");
let toy: ToyShop;
let page: PixelPage;
let status: number | Error = 204;

beforeAll(async () => {
  await bundleExtension(path.join(PROJECT, "extensions/pixel"));
});
afterEach(async () => {
  expect(page.errors).toEqual([]);
  status = 204;
  await page.close();
  await toy.close();
});

async function open(options: Partial<PageOptions> = {}): Promise<void> {
  toy = await startToyShop();
  toy.store.config.projectDir = PROJECT;
  installApp(toy.store, toy.shop);
  toy.shop.webPixel = {
    id: "1",
    settings: { shop: toy.shop.domain, account: "an-account-1", url: "https://app.example.com/pixel" },
  };
  const network = async () => {
    if (status instanceof Error) throw status;
    return { status };
  };
  page = await openPixelPage(toy.store, toy.shop, { consent: { analytics: true }, network, ...options });
}
const sent = () => page.requests.map(({ init }) => JSON.parse(String(init.body)));
const names = () => sent().flatMap(({ events }) => events.map(({ name }: { name: string }) => name));
const sees = (offer = "offer-1") => page.publish("regulars:offer_seen", { offer });
const clicks = () => page.publish("regulars:offer_clicked", { offer: "offer-1" });

test("what a consenting shopper sees, clicks and buys is sent with the browser's id, and nothing of the person", async () => {
  await open({ clientId: "browser-1" });
  await page.view("/", "https://search.example/");
  await page.settle();
  expect(names()).toEqual(["storefront.visited"]);
  await page.view("/cart", `https://${toy.shop.domain}/`);
  await sees();
  await clicks();
  await page.complete("token-of-checkout");
  await page.settle();
  expect(names()).toEqual(["storefront.visited", "offer.seen", "offer.clicked", "checkout.completed"]);
  const [{ events, ...by }, ...more] = sent();
  expect(by).toEqual({ shop: toy.shop.domain, account: "an-account-1" });
  const common = { id: expect.stringMatching(/^sh-/), client: "browser-1", at: expect.any(String) };
  expect([events, ...more.map((one) => one.events)].flat()).toEqual([
    { ...common, name: "storefront.visited", signedIn: false },
    { ...common, name: "offer.seen", offer: "offer-1" },
    { ...common, name: "offer.clicked", offer: "offer-1" },
    { ...common, name: "checkout.completed", token: "token-of-checkout" },
  ]);
});

test("the first event, clicks and checkouts are sent at once and outlive the page, others wait for each other", async () => {
  await open();
  await sees("offer-1");
  await page.settle();
  expect(page.requests).toMatchObject([
    {
      url: "https://app.example.com/pixel",
      init: { method: "POST", keepalive: true, credentials: "omit" },
    },
  ]);
  expect(page.requests[0]?.init).not.toHaveProperty("headers");
  for (const offer of ["offer-2", "offer-3"]) await sees(offer);
  await page.settle();
  expect(page.requests).toHaveLength(1);
  await expect.poll(() => page.requests.length).toBe(2);
  expect(sent()[1].events).toHaveLength(2);
  for (let at = 0; at < 25; at += 1) await sees(`many-${at}`);
  await page.settle();
  expect(sent()[2].events).toHaveLength(25);
});

test("a signed-in shopper's visit says so, without the customer's id", async () => {
  await open();
  await page.close();
  const customer = createCustomer(toy.store, toy.shop, { firstName: "Asha", email: "asha@example.org" });
  const network = async () => ({ status: 204 });
  page = await openPixelPage(toy.store, toy.shop, { consent: { analytics: true }, customer, network });
  await page.view();
  await page.settle();
  expect(sent()[0].events).toMatchObject([{ name: "storefront.visited", signedIn: true }]);
  expect(JSON.stringify(sent())).not.toContain(customer.id);
  expect(JSON.stringify(sent())).not.toContain("asha");
});

test("without consent the pixel is not loaded, and consent to other purposes changes nothing", async () => {
  await open({ consent: { marketing: true, preferences: true, sale_of_data: true } });
  await sees();
  await page.settle();
  expect([page.isLoaded(), page.requests.length]).toEqual([false, 0]);
});

test("consent that is given later counts from then on, and consent that is withdrawn stops everything, also what waits", async () => {
  await open({ consent: {} });
  await sees("before");
  await page.setConsent({ analytics: true });
  expect(page.isLoaded()).toBe(true);
  await sees("first");
  await sees("waits");
  await page.setConsent({ analytics: false });
  await sees("after");
  await clicks();
  await new Promise((resolve) => setTimeout(resolve, 2000));
  await page.settle();
  expect(sent().flatMap(({ events }) => events.map(({ offer }: { offer: string }) => offer))).toEqual(["first"]);
  await page.setConsent({ analytics: true });
  await clicks();
  await page.settle();
  expect(names()).toEqual(["offer.seen", "offer.clicked"]);
});

test("an app that refuses events or cannot be reached causes no error, and after a refusal the pixel is quiet", async () => {
  for (const answer of [429, 503]) {
    status = answer;
    await open();
    for (let at = 0; at < 3; at += 1) {
      await clicks();
      await page.settle();
    }
    expect(page.requests.map((request) => request.status)).toEqual([answer]);
    if (answer === 503) break;
    await page.close();
    await toy.close();
  }
  await page.close();
  await toy.close();
  status = new Error("no network");
  await open();
  await clicks();
  await page.settle();
  await clicks();
  await page.settle();
  expect(page.requests.map((request) => request.status)).toEqual([null, null]);
});

test("events without their field, and odd values that a script publishes, are not sent as anything else", async () => {
  await open();
  await page.publish("regulars:offer_clicked", {});
  await page.publish("other:offer_seen", { offer: "offer-1" });
  await page.settle();
  expect(names()).toEqual(["offer.clicked"]);
  expect(sent()[0].events[0]).not.toHaveProperty("offer");
});

test("the worker has no page, no storage and nothing of Node", async () => {
  await open();
  const names = ["document", "window", "localStorage", "process", "require", "navigator", "XMLHttpRequest"];
  const { readSandbox } = await import("../../dev-store/pixel/pixel-facts.ts");
  const { Worker } = await import("node:worker_threads");
  const bundle = `shopify.extend("WebPixel::Render", () => { fetch("x:" + ${JSON.stringify(names)}.filter((name) => name in globalThis).join()); });`;
  const worker = new Worker(path.join(PROJECT, "test/dev-store/pixel/node-worker.js"), {
    workerData: { sandbox: readSandbox(), bundle, facts: { init: {}, settings: {} } },
  });
  const asked = await new Promise<string>((resolve) => worker.on("message", ({ request }) => resolve(request.url)));
  await worker.terminate();
  expect(asked).toBe("x:");
});
