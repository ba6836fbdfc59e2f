// Two customers are merged in the store: the kept customer has both histories, and segments and offers follow.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { listCustomers, readProfile } from "../../../app/customers/profile.server.ts";
import { readTimeline } from "../../../app/customers/timeline.server.ts";
import { registry } from "../../../app/plugins/installed.server.ts";
import { evaluateSegment } from "../../../app/segments/memberships/build.server.ts";
import { savedSegment } from "../../setup/definitions.ts";
import { settleMoves } from "../../../app/worker/pipeline.server.ts";
import { createCustomer, type NewCustomer } from "../../dev-store/commands/customer.ts";
import { placeOrder } from "../../dev-store/commands/order.ts";
import { refundOrder } from "../../dev-store/commands/order-change.ts";
import { setFaults } from "../../dev-store/faults.ts";
import { mergeCustomers } from "../../dev-store/merge/merge.ts";
import type { Customer, Order } from "../../dev-store/model.ts";
import { handleStorefront } from "../../dev-store/storefront/storefront.ts";
import { resend } from "../../dev-store/webhooks/deliver.ts";
import { settled } from "../../dev-store/webhooks/outbox.ts";
import { startDevShop, type DevShop } from "../../setup/dev-shop.ts";
import { openIngest, type Ingest } from "../ingest-shop.ts";
import { percentOff, startOfferShop, type OfferShop } from "../offers/offer-shop.ts";

let ingest: Ingest;
let dev: DevShop;
let it: OfferShop;

beforeAll(async () => {
  ingest = await openIngest();
  const config = { appUrl: new URL(ingest.url).origin };
  dev = await startDevShop("offers-0.myshopify.com", {}, { faces: [handleStorefront], config });
});
afterAll(async () => {
  await dev.close();
  await ingest.close();
});
beforeEach(async () => {
  setFaults(dev.store, "*", []);
  it = await startOfferShop(dev);
});

/** All webhooks are applied, and the publishing job has run. */
async function caughtUp(): Promise<void> {
  await settled(dev.store);
  await ingest.settle(it.shop.id);
  await it.publish();
}

const person = (firstName: string, more: NewCustomer = {}): Customer =>
  createCustomer(dev.store, it.store, { firstName, email: `${firstName.toLowerCase()}@example.com`, ...more });

const buy = ({ id }: Customer, price: string): Order =>
  placeOrder(dev.store, it.store, {
    customerId: id,
    lines: [{ variantId: null, productId: null, title: "Lantern", sku: "", quantity: 1, price }],
  });

async function segmentOf(query: string): Promise<string> {
  const id = await savedSegment(it.shop, { name: query, query }, registry);
  await evaluateSegment(it.shop, id, registry, settleMoves(it.shop));
  return id;
}

const idsIn = async (segment: string | null) => {
  const page = await listCustomers(it.shop, { search: "", sort: "name-asc", page: 1, segment, within: null });
  return page?.customers.map(({ id }) => id);
};

test("after a merge one profile has both histories, their totals and the segments that follow from them", async () => {
  const [asha, twin] = [person("Asha", { tags: ["vip"] }), person("Twin", { tags: ["tea"], note: "Calls on Mondays" })];
  const orders = [buy(asha, "30.00"), buy(twin, "50.00"), buy(twin, "20.00")];
  const line = orders[1]?.lineItems[0]?.id ?? "";
  refundOrder(dev.store, it.store, orders[1]?.id ?? "", { lines: [{ lineItemId: line, quantity: 1 }] });
  await caughtUp();
  const [three, one, tea] = [
    await segmentOf("number_of_orders >= 3"),
    await segmentOf("number_of_orders = 1"),
    await segmentOf("customer_tags CONTAINS 'tea' AND amount_spent >= 50"),
  ];
  expect([await idsIn(three), await idsIn(one), await idsIn(tea)]).toEqual([[], [asha.id], []]);

  mergeCustomers(dev.store, it.store, twin.id, asha.id);
  await caughtUp();

  expect(await idsIn(null)).toEqual([asha.id]);
  expect([await idsIn(three), await idsIn(one), await idsIn(tea)]).toEqual([[asha.id], [], [asha.id]]);
  expect(await readProfile(it.shop, asha.id)).toMatchObject({
    numberOfOrders: 3,
    amountSpent: "50.0000",
    gap: null,
    note: "Calls on Mondays",
  });
  await expect(readProfile(it.shop, twin.id)).rejects.toThrow("customers.missing");
  const told = (await readTimeline(it.shop, asha.id, null)).filter(({ kind }) => kind === "order.placed");
  expect(told.map(({ data }) => data["order"]).sort()).toEqual(orders.map(({ id }) => id).sort());
});

test("a merge that Shopify could not complete changes nothing", async () => {
  const [asha, twin] = [person("Asha"), person("Twin")];
  buy(asha, "30.00");
  buy(twin, "50.00");
  await caughtUp();
  const [kept, gone] = [asha.id, twin.id].map((id) => `gid://shopify/Customer/${id}`);
  await ingest.send(
    "customers/merge",
    {
      admin_graphql_api_customer_kept_id: kept,
      admin_graphql_api_customer_deleted_id: gone,
      admin_graphql_api_job_id: null,
      status: "failed",
      errors: [{ customer_ids: [Number(twin.id)], field: "merge_in_progress", message: "Twin is being merged." }],
    },
    { shop: it.shop.id },
  );
  await caughtUp();
  expect(await idsIn(null)).toEqual([asha.id, twin.id]);
  expect(await readProfile(it.shop, asha.id)).toMatchObject({ numberOfOrders: 1, amountSpent: "30.0000" });
});

test("the kept customer has the offers that both histories earn, and not the deleted customer's metafield", async () => {
  const [asha, twin] = [person("Asha"), person("Twin")];
  for (const price of ["1.00", "2.00"]) buy(asha, price);
  buy(twin, "3.00");
  await caughtUp();
  const [beginners, regulars] = [await segmentOf("number_of_orders = 1"), await segmentOf("number_of_orders >= 3")];
  await it.offer(percentOff({ segment: beginners, name: "Welcome" }));
  await it.publish();
  expect([it.keysOf(twin.id), it.pay(twin.id).total, it.pay(asha.id).total]).toEqual([
    [await it.keyFor(beginners)],
    "90.00",
    "100.00",
  ]);

  mergeCustomers(dev.store, it.store, twin.id, asha.id);
  // Shopify moved the deleted customer's metafield to the kept customer.
  expect(it.keysOf(asha.id)).toEqual([await it.keyFor(beginners)]);
  await caughtUp();
  expect([it.keysOf(asha.id), it.pay(asha.id).total]).toEqual([[], "100.00"]);

  await it.offer(percentOff({ segment: regulars, name: "Thanks" }));
  await it.publish();
  expect([it.keysOf(asha.id), it.pay(asha.id).total]).toEqual([[await it.keyFor(regulars)], "90.00"]);
});

test.each(["as they happened", "backwards"])(
  "merged twice over and told of it %s: all ends at the last who stays",
  async (how) => {
    const [one, two, three] = [person("One"), person("Two"), person("Three")];
    for (const [at, customer] of [one, two, three].entries()) buy(customer, `${at + 1}.00`);
    await caughtUp();
    setFaults(dev.store, "*", [{ kind: "drop", share: 1, milliseconds: 0 }]);
    mergeCustomers(dev.store, it.store, one.id, two.id);
    mergeCustomers(dev.store, it.store, two.id, three.id);
    setFaults(dev.store, "*", []);
    const dropped = dev.store.outbox.log.filter(({ state, shop }) => state === "dropped" && shop === it.shop.id);
    for (const delivery of how === "backwards" ? dropped.reverse() : dropped) {
      expect(resend(dev.store, delivery)).toBe(true);
      await caughtUp();
    }
    expect(await idsIn(null)).toEqual([three.id]);
    expect(await readProfile(it.shop, three.id)).toMatchObject({ numberOfOrders: 3, amountSpent: "6.0000", gap: null });
  },
);

test.each(["before", "after"])(
  "if customers/delete arrives %s the merge, the kept customer still has both histories",
  async (when) => {
    const [asha, twin] = [person("Asha"), person("Twin")];
    buy(asha, "30.00");
    buy(twin, "50.00");
    await caughtUp();
    const gone = { topic: "customers/delete", resourceId: twin.id, eventId: "00000000-0000-4000-8000-000000000000" };
    if (when === "before") dev.store.emit(it.store, gone);
    await caughtUp();
    mergeCustomers(dev.store, it.store, twin.id, asha.id);
    await caughtUp();
    if (when === "after") dev.store.emit(it.store, gone);
    await caughtUp();
    expect(await idsIn(null)).toEqual([asha.id]);
    expect(await readProfile(it.shop, asha.id)).toMatchObject({ numberOfOrders: 2, amountSpent: "80.0000", gap: null });
  },
);
