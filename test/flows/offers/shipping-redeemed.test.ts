// An automatic discount on the delivery redeems its offer, whichever way the order comes: by webhook, by the bulk file or by
// the nightly comparison.
import { expect, test } from "vitest";
import { keepTitle } from "../../../app/offers/publishing/grants/title-history.server.ts";
import { restartBackfill, runBackfill } from "../../../app/sync/sources/shopify/history/backfill.server.ts";
import { reconcile } from "../../../app/sync/sources/shopify/history/reconcile.server.ts";
import { createProduct } from "../../dev-store/commands/product.ts";
import { openVisitor } from "../../dev-store/toy-shop.ts";
import { settled } from "../../dev-store/webhooks/outbox.ts";
import type { DevShop } from "../../setup/dev-shop.ts";
import { example, type Ingest } from "../ingest-shop.ts";
import { inItsOwnShopWithWebhooks, percentOff, type Form, type OfferShop } from "./offer-shop.ts";

let ingest: Ingest;
let dev: DevShop;
let it: OfferShop;

inItsOwnShopWithWebhooks((...given) => ([it, dev, ingest] = given));

const read = () => runBackfill(it.shop, async () => undefined, { pollMs: 20 });

const redemptions = () =>
  it.shop.db.tx((tx) =>
    tx.rows<{ offer: string; order: string; amount: string }>(it.sql`
      select offer_id as offer, order_id as "order", trim_scale(amount)::text as amount from api.redemptions r
      where shop_id = ${it.shop.id} order by r.amount`),
  );

test("an order in Shopify's published form redeems the offer of the delivery and the offer of the lines", async () => {
  await keepTitle(it.shop, "ship", "Free for you", "gid://shopify/DiscountAutomaticNode/1");
  await keepTitle(it.shop, "ten", "Ten", "gid://shopify/DiscountAutomaticNode/2");
  const at = new Date(it.shop.now().getTime() + 1000).toISOString();
  const application = { type: "automatic", value_type: "percentage", target_selection: "all" };
  await ingest.send(
    "orders/create",
    {
      ...example("orders/create"),
      ...{ id: 1, created_at: at, processed_at: at, updated_at: at, test: false, discount_codes: [] },
      discount_applications: [
        { ...application, title: "Free for you", value: "100.0", target_type: "shipping_line" },
        { ...application, title: "Ten", value: "10.0", target_type: "line_item" },
      ],
      shipping_lines: [
        { id: 11, price: "3.95", discount_allocations: [{ amount: "3.95", discount_application_index: 0 }] },
      ],
      line_items: [{ id: 12, quantity: 1, discount_allocations: [{ amount: "1.00", discount_application_index: 1 }] }],
    },
    { shop: it.shop.id, triggeredAt: at },
  );
  await ingest.settle(it.shop.id);
  expect(await redemptions()).toEqual([
    { offer: "ten", order: "1", amount: "1" },
    { offer: "ship", order: "1", amount: "3.95" },
  ]);
});

const automatic = (fields: Form): Form => percentOff({ "settings.how": "automatic", ...fields });
const PAYER = { first_name: "A", last_name: "Patel", address1: "1 High St", zip: "LE4 5PJ", city: "Leicester", country: "GB" }; // prettier-ignore

/** Buys a tea for 40.00 at the store's checkout. Returns the order's id. */
async function buys(email: string): Promise<string> {
  const variants = [{ title: "Default Title", sku: "", price: "40.00" }];
  const product = createProduct(dev.store, it.store, { title: "Tea", variants });
  const { visit } = openVisitor(`https://${it.store.domain}`);
  await visit("/cart/add", { id: product.variants[0]?.id ?? "", quantity: "1" });
  await visit("/checkout", { action: "pay", ...PAYER, email });
  await settled(dev.store);
  await ingest.settle(it.shop.id);
  return [...it.store.orders.keys()].at(-1) ?? "";
}

async function forgetOrders(): Promise<void> {
  for (const table of ["order_discount", "line_item", "shop_order"])
    await ingest.rows(`delete from ${table} where shop_id = $1`, [it.shop.id]);
}

test("webhooks, the bulk file and the nightly comparison give the same uses of two automatic discounts at once", async () => {
  it.store.deliveryRate = "3.95";
  expect(await read()).toBe("done");
  const ten = await it.offer(automatic({ name: "Ten" }));
  const ship = await it.offer(automatic({ kind: "free_shipping", name: "Ship" }));
  await it.publish();
  const order = await buys("asha@example.com");
  const told = await redemptions();
  expect(told).toEqual([
    { offer: ship, order, amount: "3.95" },
    { offer: ten, order, amount: "4" },
  ]);
  await forgetOrders();
  await restartBackfill(it.shop, { all: true });
  expect(await read()).toBe("done");
  expect(await redemptions()).toEqual(told);
  await forgetOrders();
  await reconcile(it.shop, async () => undefined);
  expect(await redemptions()).toEqual(told);
});
