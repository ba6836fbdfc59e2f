// The app creates its web pixel in Shopify, keeps it as it must be, and knows whether it works.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { env } from "../../../app/env.server.ts";
import { pendingState } from "../../../app/queue.server.ts";
import { loader } from "../../../app/routes/app.settings.tsx";
import { openShop, type Shop } from "../../../app/shop.server.ts";
import { installShop, markUninstalled } from "../../../app/shopify/installation.server.ts";
import { readPixel } from "../../../app/shopify/web-pixel/state.server.ts";
import { JOBS } from "../../../app/worker/jobs.server.ts";
import { changeScopes, installApp, uninstallApp } from "../../dev-store/commands/app.ts";
import type { ShopState } from "../../dev-store/model.ts";
import { startDevShop, type DevShop } from "../../setup/dev-shop.ts";

let dev: DevShop;
let store: ShopState;
let shop: Shop;
let count = 0;

beforeAll(async () => {
  dev = await startDevShop();
});
afterAll(() => dev.close());
beforeEach(async () => {
  store = dev.addShop(`pixel-${(count += 1)}.myshopify.com`);
  shop = await installShop(store.domain, { idToken: dev.merchantToken(store) });
});

const look = () => JOBS["pixel.look"]({ shop: shop.id });
const settings = () => store.webPixel?.settings;
const page = async () => {
  const seen = await loader({ request: dev.data("/app/settings", { shop: store }), params: {}, context: {} });
  return { pixel: seen.pixel, looking: seen.looking };
};

test("an installation creates the pixel, and the settings page says since when it is active and that nothing has come", async () => {
  expect(await pendingState("pixel.look", { shop: shop.id })).toBe("waiting");
  expect(await page()).toEqual({
    pixel: { activeAt: null, askedAt: null, fault: null, eventAt: null, droppedAt: null },
    looking: true,
  });
  await look();
  expect(settings()).toEqual({
    shop: shop.id,
    account: expect.stringMatching(/^[\w-]{22}$/),
    url: new URL("/pixel", env.SHOPIFY_APP_URL).href,
  });
  const at = expect.any(Date);
  expect((await page()).pixel).toEqual({ activeAt: at, askedAt: at, fault: null, eventAt: null, droppedAt: null });
});

test("a pixel that is as it must be stays, one that was changed is corrected, and one that is gone is created with another account", async () => {
  await look();
  const first = settings();
  const { activeAt } = await readPixel(shop);
  await look();
  expect([settings(), (await readPixel(shop)).activeAt]).toEqual([first, activeAt]);
  if (store.webPixel) store.webPixel.settings = { ...store.webPixel.settings, url: "https://elsewhere.example/pixel" };
  await look();
  expect(settings()).toEqual(first);
  delete store.webPixel;
  await look();
  expect(settings()?.["account"]).not.toBe(first?.["account"]);
  expect(settings()?.["account"]).toMatch(/^[\w-]{22}$/);
});

test("without the access there is no pixel, the page says so, and the grant of the access creates the pixel", async () => {
  const granted = store.installation?.scopes ?? [];
  changeScopes(
    dev.store,
    store,
    granted.filter((scope) => scope !== "write_pixels"),
  );
  await look();
  expect(store.webPixel).toBeUndefined();
  expect((await page()).pixel).toMatchObject({ activeAt: null, fault: "scope" });
  changeScopes(dev.store, store, granted);
  await look();
  expect((await page()).pixel).toMatchObject({ activeAt: expect.any(Date), fault: null });
});

test("a refusal by Shopify is kept as such", async () => {
  const { projectDir } = dev.store.config;
  dev.store.config.projectDir = "/nowhere";
  await look().finally(() => (dev.store.config.projectDir = projectDir));
  expect(await readPixel(shop)).toMatchObject({ activeAt: null, fault: "refused" });
});

test("a shop that comes back gets a pixel with another account", async () => {
  await look();
  const first = settings();
  uninstallApp(dev.store, store);
  await markUninstalled(shop.id, new Date(Date.now() + 60_000));
  installApp(dev.store, store);
  await installShop(store.domain, { idToken: dev.merchantToken(store) });
  expect(await openShop(shop.id)).not.toBeNull();
  await look();
  expect(settings()?.["account"]).not.toBe(first?.["account"]);
});
