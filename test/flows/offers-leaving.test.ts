// What the app leaves behind in Shopify, before it is uninstalled and after it is installed again.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { endAllOffers, readLeaving } from "../../app/offers/leaving.server.ts";
import { discountStatus } from "../dev-store/discounts/discount.ts";
import type { DevShop } from "../setup/dev-shop.ts";
import { percentOff, startOfferShop, startStores, type OfferShop } from "./offer-shop.ts";

let dev: DevShop;
let it: OfferShop;

beforeAll(async () => {
  dev = await startStores();
});
afterAll(() => dev.close());
beforeEach(async () => {
  it = await startOfferShop(dev);
});

test("before a merchant leaves, all offers end at once, and with them every discount in Shopify", async () => {
  await it.addCustomers(["Asha"], ["vip"]);
  const segment = await it.addSegment("vip");
  await it.offer(percentOff({ segment }));
  await it.offer(percentOff({ name: "Later", starts: "2099-01-01T00:00" }));
  await it.offer(percentOff({ name: "By code", "settings.how": "code", "settings.code": "LEAVING" }));
  await it.publish();
  expect(await readLeaving(it.shop)).toEqual({ live: 3, running: 3 });
  await endAllOffers(it.shop);
  expect(await readLeaving(it.shop)).toEqual({ live: 0, running: 3 });
  await it.publish();
  expect(await readLeaving(it.shop)).toEqual({ live: 0, running: 0 });
  const now = it.dev.store.clock.now();
  expect(it.discounts().map((discount) => discountStatus(discount, now))).toEqual(["EXPIRED", "EXPIRED", "EXPIRED"]);
  expect(it.catalogue()).toEqual([]);
});
