// A code that the merchant changes in Shopify's admin.
import { expect, test } from "vitest";
import { applyFacts } from "../../../app/customers/facts/apply.server.ts";
import { lookAtOffers } from "../../../app/offers/publishing/look.server.ts";
import { readResults } from "../../../app/offers/results/read-results.server.ts";
import { registry } from "../../../app/plugins/installed.server.ts";
import { inItsOwnShop, percentOff, type OfferShop } from "./offer-shop.ts";
import { usedOrder } from "./used-order.ts";

const DAY_MS = 86_400_000;
let it: OfferShop;
inItsOwnShop((shop) => (it = shop));

async function place(id: string, code: string, days: number): Promise<void> {
  const at = new Date(it.shop.now().getTime() + days * DAY_MS + 2000);
  const order = usedOrder(code, at, { id, currency: "GBP", presentmentCurrency: "GBP" });
  await it.shop.db.tx((tx) => applyFacts(it.shop, tx, { orders: [order] }, { name: "shopify", history: false }));
}

const used = (offer: string) =>
  it.shop.db.tx((tx) => readResults(it.shop, tx, offer)).then(({ last }) => last.map(({ id }) => id).toSorted());

test("after the merchant gave the discount another code, orders with that code use the offer, and later orders with the old one do not", async () => {
  const offer = await it.offer(percentOff({ "settings.how": "code", "settings.code": "TEA" }));
  await it.publish();
  await place("1", "tea", 0);
  const [discount] = it.discounts();
  if (discount) discount.codes = ["Coffee"];
  await lookAtOffers(it.shop, registry, offer, it.admin);
  await place("2", "COFFEE", 0);
  // A cart that was priced before the change may become an order for a day.
  await place("3", "TEA", 2);
  expect(await used(offer)).toEqual(["1", "2"]);
});
