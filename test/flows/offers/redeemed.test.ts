// An order with an offer's discount emits `offer.redeemed` once for each order and offer.
import { expect, test } from "vitest";
import { deleteOffer, endOffer } from "../../../app/offers/definition/move-offer.server.ts";
import { claimCode } from "../../../app/offers/publishing/grants/code-history.server.ts";
import { lookAtOffers } from "../../../app/offers/publishing/look.server.ts";
import { emitRedemptions } from "../../../app/offers/redemptions.server.ts";
import { registry } from "../../../app/plugins/installed.server.ts";
import { pendingJobs } from "../../../app/queue.server.ts";
import { JOBS } from "../../../app/worker/jobs.server.ts";
import { placeOrder } from "../../dev-store/commands/order.ts";
import { createProduct } from "../../dev-store/commands/product.ts";
import { openVisitor } from "../../dev-store/toy-shop.ts";
import { resend } from "../../dev-store/webhooks/deliver.ts";
import { settled } from "../../dev-store/webhooks/outbox.ts";
import type { DevShop } from "../../setup/dev-shop.ts";
import type { Ingest } from "../ingest-shop.ts";
import { inItsOwnShopWithWebhooks, percentOff, type Form, type OfferShop } from "./offer-shop.ts";

let ingest: Ingest;
let dev: DevShop;
let it: OfferShop;

inItsOwnShopWithWebhooks((...given) => ([it, dev, ingest] = given));

const PAYER = { first_name: "A", last_name: "Patel", address1: "1 High St", zip: "LE4 5PJ", city: "Leicester", country: "GB" }; // prettier-ignore

/** Buys a tea for 40.00 at the store's checkout. Returns the order's id. */
async function buys(email: string, code?: string): Promise<string> {
  const variants = [{ title: "Default Title", sku: "", price: "40.00" }];
  const product = createProduct(dev.store, it.store, { title: "Tea", variants });
  const { visit } = openVisitor(`https://${it.store.domain}`);
  await visit("/cart/add", { id: product.variants[0]?.id ?? "", quantity: "1" });
  if (code) await visit("/checkout", { action: "apply", code });
  await visit("/checkout", { action: "pay", ...PAYER, email });
  await settled(dev.store);
  await ingest.settle(it.shop.id);
  return [...it.store.orders.keys()].at(-1) ?? "";
}

const redeemed = async () => {
  await emitRedemptions(it.shop);
  return it.shop.db.tx((tx) =>
    tx.rows<{ offer: string; order: string; version: number; customer: string | null }>(it.sql`
      select data ->> 'offer' as offer, data ->> 'order' as "order", (data ->> 'version')::int as version, customer_id as customer
      from outbox where shop_id = ${it.shop.id} and kind = 'offer.redeemed' order by seq`),
  );
};
/** Adds a discount of the merchant's own. */
const addOwnDiscount = (code: string) =>
  it.admin.request(/* GraphQL */ `mutation {
    discountCodeBasicCreate(
      basicCodeDiscount: {
        title: "Own"
        code: "${code}"
        context: { all: ALL }
        startsAt: "2026-01-01T00:00:00Z"
        customerGets: { items: { all: true }, value: { percentage: 0.5 } }
      }
    ) {
      userErrors {
        message
      }
    }
  }`);
const byCode = (code: string, fields: Form = {}) => percentOff({ "settings.how": "code", "settings.code": code, ...fields }); // prettier-ignore

test("an order with an offer's code or automatic discount redeems the offer in the version that was in force, and other orders redeem none", async () => {
  await buys("before@example.com");
  expect(await redeemed()).toEqual([]);
  const code = await it.offer(byCode("Tea", { name: "Code", "settings.percent": "20" }));
  await it.publish();
  const none = await buys("none@example.com");
  const first = await buys("asha@example.com", "TEA");
  const automatic = await it.offer(percentOff({ name: "Automatic" }));
  await it.save(percentOff({ name: "Renamed" }), automatic);
  await it.publish();
  const second = await buys("ravi@example.com");
  const told = await redeemed();
  expect(told.map(({ offer, order, version }) => [offer, order, version])).toEqual([
    [code, first, 2],
    [automatic, second, 3],
  ]);
  expect(told.map(({ order }) => order)).not.toContain(none);
  const [asha] = [...it.store.customers.values()].filter(({ email }) => email === "asha@example.com");
  expect(told[0]?.customer).toBe(asha?.id);
});

test("an order is emitted once, however often its webhooks arrive and the events are read", async () => {
  const offer = await it.offer(byCode("ONCE"));
  await it.publish();
  const order = await buys("asha@example.com", "once");
  await Promise.all([
    emitRedemptions(it.shop),
    emitRedemptions(it.shop),
    JOBS["offers.redeemed"]({ shop: it.shop.id }),
  ]);
  for (const delivery of dev.store.outbox.log.filter(({ shop }) => shop === it.shop.id)) resend(dev.store, delivery);
  await settled(dev.store);
  await ingest.settle(it.shop.id);
  expect(await redeemed()).toMatchObject([{ offer, order }]);
});

/** An order from the admin, without a customer. */
async function placed(code: string): Promise<string> {
  const lines = [{ quantity: 1, title: "Tea", sku: "", price: "40.00" }];
  const discountCodes = [{ code, amount: "4.00", type: "percentage" }];
  const { id } = placeOrder(dev.store, it.store, { lines, discountCodes, email: null });
  await settled(dev.store);
  await ingest.settle(it.shop.id);
  return id;
}

test("an order without a customer redeems the offer, too", async () => {
  const offer = await it.offer(byCode("GUEST"));
  await it.publish();
  const order = await placed("GUEST");
  expect((await pendingJobs())("offers.redeemed", { shop: it.shop.id })).toBe(true);
  expect(await redeemed()).toEqual([{ offer, order, version: 2, customer: null }]);
});

test("a code with letters beyond English belongs to the offer, whatever the database's locale does with the letters", async () => {
  const offer = await it.offer(byCode("TEA"));
  await it.publish();
  await claimCode(it.shop, offer, "straße-ı");
  const order = await placed("Straße-ı");
  expect(await redeemed()).toMatchObject([{ offer, order }]);
});

test("a code of an ended offer belongs to that offer until another offer has the code", async () => {
  const first = await it.offer(byCode("TEA", { name: "First" }));
  await it.publish();
  const order = await buys("asha@example.com", "TEA");
  await endOffer(it.shop, first, "merchant");
  await deleteOffer(it.shop, first, "merchant");
  await it.publish();
  dev.store.clock.advance(5000);
  const second = await it.offer(byCode("TEA", { name: "Second" }));
  await it.publish();
  const later = await buys("ravi@example.com", "TEA");
  expect((await redeemed()).map(({ offer, order: of }) => [offer, of])).toEqual([
    [first, order],
    [second, later],
  ]);
});

test("a code that Shopify refuses, because a discount of the merchant has it, belongs to no offer", async () => {
  await addOwnDiscount("THANKS");
  const refused = await it.offer(byCode("THANKS"));
  await it.publish();
  expect((await it.offerRow(refused))?.fault).toContain("offers.fault.refused");
  await buys("asha@example.com", "THANKS");
  expect(await redeemed()).toEqual([]);
});

test("an offer whose new code is refused is redeemed by the code that its discount still has", async () => {
  await addOwnDiscount("THANKS");
  const offer = await it.offer(byCode("OLD"));
  await it.publish();
  await it.save(byCode("THANKS"), offer);
  await it.publish();
  dev.store.clock.advance(2 * 86_400_000);
  const order = await buys("asha@example.com", "OLD");
  await buys("ravi@example.com", "THANKS");
  expect(await redeemed()).toMatchObject([{ offer, order }]);
});

test("the code of a discount that the merchant deleted belongs to the offer no more", async () => {
  const offer = await it.offer(byCode("OLD"));
  await it.publish();
  it.store.discounts.clear();
  await lookAtOffers(it.shop, registry, offer, it.admin);
  await addOwnDiscount("OLD");
  dev.store.clock.advance(2 * 86_400_000);
  await buys("asha@example.com", "OLD");
  expect(await redeemed()).toEqual([]);
});

test("an offer that was published before codes were stored is redeemed from the next run on", async () => {
  const offer = await it.offer(byCode("OLD"));
  await it.publish();
  await it.shop.db.tx((tx) => tx.run(it.sql`delete from discount_code where shop_id = ${it.shop.id}`));
  await it.publish();
  const order = await buys("asha@example.com", "OLD");
  expect(await redeemed()).toMatchObject([{ offer, order }]);
});
