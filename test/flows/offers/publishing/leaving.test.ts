// What the app leaves in Shopify, before an uninstall and after the app is installed again.
import { expect, test } from "vitest";
import { readLeaving, readLeftovers } from "../../../../app/offers/leaving.server.ts";
import { endAllOffers } from "../../../../app/offers/definition/move-offer.server.ts";
import { directory, sql } from "../../../../app/db.server.ts";
import { lookAtOffers } from "../../../../app/offers/publishing/look.server.ts";
import { publishOffers } from "../../../../app/offers/publishing/publish.server.ts";
import { registry } from "../../../../app/plugins/installed.server.ts";
import { openShop, type Shop } from "../../../../app/shop.server.ts";
import { installShop, markUninstalled } from "../../../../app/shopify/installation.server.ts";
import { installationOf, redactShop } from "../../../../app/sync/compliance/redact-shop.server.ts";
import { installApp, uninstallApp } from "../../../dev-store/commands/app.ts";
import { discountStatus } from "../../../dev-store/discounts/discount.ts";
import { percentOff, inItsOwnShop, type OfferShop } from "../offer-shop.ts";

let it: OfferShop;

inItsOwnShop((shop) => (it = shop));

test("before an uninstall, all offers end at once, and with them every discount in Shopify", async () => {
  await it.addCustomers(["Asha"], ["vip"]);
  const segment = await it.addSegment("vip");
  await it.offer(percentOff({ segment }));
  await it.offer(percentOff({ name: "Later", starts: "2099-01-01T00:00" }));
  await it.offer(percentOff({ name: "By code", "settings.how": "code", "settings.code": "LEAVING" }));
  await it.publish();
  expect(await readLeaving(it.shop)).toEqual({ live: 3, running: 3 });
  await endAllOffers(it.shop, "merchant");
  expect(await readLeaving(it.shop)).toEqual({ live: 0, running: 3 });
  await it.publish();
  expect(await readLeaving(it.shop)).toEqual({ live: 0, running: 0 });
  const now = it.dev.store.clock.now();
  expect(it.discounts().map((discount) => discountStatus(discount, now))).toEqual(["EXPIRED", "EXPIRED", "EXPIRED"]);
  expect(it.catalogue()).toEqual([]);
});

/** Uninstalls and installs the app as the merchant, then does the work that the installation queues. */
async function reinstall(): Promise<Shop> {
  uninstallApp(it.dev.store, it.store);
  await markUninstalled(it.shop.id, new Date());
  installApp(it.dev.store, it.store);
  await installShop(it.shop.id, { idToken: it.dev.merchantToken(it.store) });
  const again = await openShop(it.shop.id, () => it.dev.store.clock.now());
  if (!again) throw new Error("the shop is installed");
  await lookAtOffers(again, registry, null);
  await publishOffers(again, registry);
  return again;
}

test("after a new installation, offers that still exist are taken over and what Shopify deleted is written again", async () => {
  const [asha = ""] = await it.addCustomers(["Asha"], ["vip"]);
  const segment = await it.addSegment("vip");
  const id = await it.offer(percentOff({ segment }));
  await it.publish();
  expect(it.keysOf(asha)).toEqual([await it.keyFor(segment)]);
  const before = it.discounts().map((one) => one.id);
  const jobs = sql`select 1 from pgboss.job where name = 'offers.look' and data ->> 'shop' = ${it.shop.id}`;
  await reinstall();
  expect(await directory(jobs)).toHaveLength(1);
  expect(it.discounts().map((one) => one.id)).toEqual(before);
  expect(it.keysOf(asha)).toEqual([await it.keyFor(segment)]);
  expect(it.catalogue()).toMatchObject([{ id, audience: await it.keyFor(segment) }]);
  expect(it.pay(asha).total).toBe("90.00");
  expect(await readLeftovers(it.shop)).toBeNull();
});

test("discounts of an earlier installation that the app does not know are found, ended and shown", async () => {
  await it.addCustomers(["Asha"], ["vip"]);
  const segment = await it.addSegment("vip");
  await it.offer(percentOff({ segment, name: "Old thanks" }));
  await it.offer(percentOff({ segment, name: "Over", "settings.how": "code", "settings.code": "OVER" }));
  await it.publish();
  await redactShop(it.shop.id, await installationOf(it.shop.id));
  const again = await reinstall();
  const now = it.dev.store.clock.now();
  expect(it.discounts().map((discount) => discountStatus(discount, now))).toEqual(["EXPIRED", "EXPIRED"]);
  expect(await readLeftovers(again)).toMatchObject({ titles: ["Old thanks", "Over"] });
});
