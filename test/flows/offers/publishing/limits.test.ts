// At a limit of Shopify, the merchant sees a fault, and what was published before stays.
import { afterAll, beforeAll, expect, test } from "vitest";
import { endOffer } from "../../../../app/offers/definition/move-offer.server.ts";
import { setFaults } from "../../../dev-store/faults.ts";
import type { DevShop } from "../../../setup/dev-shop.ts";
import { percentOff, startOfferShop, startStores } from "../offer-shop.ts";

let dev: DevShop;
beforeAll(async () => {
  dev = await startStores();
});
afterAll(() => dev.close());

test("an offer beyond the 25 automatic discounts of a store says so, and is published once there is room", async () => {
  const it = await startOfferShop(dev);
  const [asha = ""] = await it.addCustomers(["Asha"], ["vip"]);
  const segment = await it.addSegment("vip");
  const offers: string[] = [];
  for (let number = 1; number <= 26; number += 1) {
    offers.push(await it.offer(percentOff({ segment, name: `Offer ${number}` })));
  }
  await it.publish();

  expect(it.discounts()).toHaveLength(25);
  const rows = await Promise.all(offers.map((id) => it.offerRow(id)));
  const told = rows.filter((row) => row?.fault !== null);
  expect(told).toHaveLength(1);
  expect(told[0]?.fault).toContain("only 25 automatic discounts can be active");
  expect(it.catalogue()).toHaveLength(25);
  expect(it.pay(asha).total).toBe("90.00");

  const late = offers.find((_, at) => rows[at]?.fault !== null) ?? "";
  await endOffer(it.shop, offers.find((id) => id !== late) ?? "", "merchant");
  await it.publish();
  await it.publish();
  expect(await it.offerRow(late)).toMatchObject({ fault: null, state: "active" });
  expect(it.catalogue().map(({ id }) => id)).toContain(late);
});

test.each(["402", "423"] as const)(
  "while Shopify answers %s for the shop, offers wait without a fault, and come once it is back",
  async (kind) => {
    const it = await startOfferShop(dev);
    const [asha = ""] = await it.addCustomers(["Asha"], ["vip"]);
    const segment = await it.addSegment("vip");
    const id = await it.offer(percentOff({ segment }));
    setFaults(dev.store, "admin", [{ kind, share: 1, milliseconds: 0 }]);
    await expect(it.publish()).rejects.toThrow();
    expect(await it.offerRow(id)).toMatchObject({ fault: null });
    setFaults(dev.store, "admin", []);
    await it.publish();
    expect(it.pay(asha).total).toBe("90.00");

    await it.tag([asha], []);
    setFaults(dev.store, "admin", [{ kind, share: 1, milliseconds: 0 }]);
    await expect(it.publish()).rejects.toThrow();
    setFaults(dev.store, "admin", []);
    await it.publish();
    expect([it.pay(asha).total, (await it.offerRow(id))?.fault]).toEqual(["100.00", null]);
  },
);
