// What a publish run repeats, and what it leaves unchanged.
import { expect, test } from "vitest";
import { deleteOffer, pauseOffer, publishOffer } from "../../../../app/offers/definition/move-offer.server.ts";
import { markDirty } from "../../../../app/offers/publishing/audiences/audience-rows.server.ts";
import { lookAtOffers } from "../../../../app/offers/publishing/look.server.ts";
import type { AdminApi } from "../../../../app/shopify/admin-api.server.ts";
import { registry } from "../../../../app/plugins/installed.server.ts";
import { percentOff, inItsOwnShop, recorded, type OfferShop } from "../offer-shop.ts";

let it: OfferShop;

inItsOwnShop((shop) => (it = shop));

const names = (count: number) => Array.from({ length: count }, (_, at) => `Customer ${at}`);
const dirty = async () =>
  (
    await it.shop.db.tx((tx) =>
      tx.rows<{ id: string }>(
        it.sql`select segment_id as id from audience where shop_id = ${it.shop.id} and dirty_at is not null`,
      ),
    )
  ).map(({ id }) => id);

test("an audience is settled again only after a customer entered or left its segment, or at night", async () => {
  await it.addCustomers(names(250), ["many"]);
  const [later = ""] = await it.addCustomers(["Later"]);
  const segment = await it.addSegment("many");
  const few = await it.addSegment("few");
  await it.offer(percentOff({ segment }));
  expect(await dirty()).toEqual([segment]);
  await it.publish();
  // Shopify finds the members by the metafields that this run has written.
  expect(await dirty()).toEqual([segment]);
  await it.publish();
  expect(await dirty()).toEqual([]);
  expect(await recorded(it, (api) => it.publish(api))).toEqual(["ReadAppData"]);

  await it.offer(percentOff({ segment: few, name: "Few" }));
  expect(await dirty()).toEqual([few]);
  expect(await recorded(it, (api) => it.publish(api))).not.toContain("ReadOfferSegment");

  await it.tag([later], ["many"]);
  expect(await dirty()).toEqual([segment]);
  expect(await recorded(it, (api) => it.publish(api))).toContain("ReadOfferSegment");

  const [native] = it.natives();
  const query = native?.query ?? "";
  if (native) native.query += " AND amount_spent > 1000";
  await it.publish();
  expect(it.natives()[0]?.query).not.toBe(query);
  await lookAtOffers(it.shop, registry, null, it.admin);
  await it.publish();
  expect(it.natives()[0]?.query).toBe(query);
});

test("an audience's key does not contain its segment's id, and a new audience of the segment has another key", async () => {
  const [asha = ""] = await it.addCustomers(["Asha"], ["vip"]);
  const segment = await it.addSegment("vip");
  const first = await it.offer(percentOff({ segment }));
  await it.publish();
  const key = await it.keyFor(segment);
  expect(key).toMatch(/^[0-9a-f]{20}$/);
  expect(it.keysOf(asha)).toEqual([key]);

  await pauseOffer(it.shop, first, "merchant");
  await it.publish();
  await publishOffer(it.shop, registry, first, { actor: "merchant" });
  await it.publish();
  expect(await it.keyFor(segment)).toBe(key);

  await deleteOffer(it.shop, first, "merchant");
  await it.publish();
  expect(it.keysOf(asha)).toEqual([]);
  await it.offer(percentOff({ segment, name: "Again" }));
  await it.publish();
  const next = await it.keyFor(segment);
  expect(next).not.toBe(key);
  expect([it.keysOf(asha), it.pay(asha).total]).toEqual([[next], "90.00"]);
});

test("two audiences of one segment have different keys, and an arm has an audience of its own", async () => {
  const segment = await it.addSegment("vip");
  const insert = (key: string, arm: string | null) =>
    it.shop.db.tx((tx) =>
      tx.run(it.sql`
        insert into audience (shop_id, key, segment_id, experiment, arm, updated_at)
        values (${it.shop.id}, ${key}, ${segment}, ${arm && "test"}, ${arm}, now())`),
    );
  await insert("k1", null);
  await insert("k2", "a");
  await insert("k3", "b");
  await expect(insert("k4", "a")).rejects.toThrow("audience_shop_id_segment_id_experiment_arm_key");
  await expect(insert("k5", null)).rejects.toThrow("audience_shop_id_segment_id_experiment_arm_key");
});

/** A store in which `happens` runs before the first request of the operation. */
function before(operation: string, happens: () => Promise<unknown>): AdminApi {
  let happened = false;
  return {
    async request(document, variables) {
      if (!happened && document.includes(` ${operation}(`)) {
        happened = true;
        await happens();
      }
      return it.admin.request(document, variables);
    },
  };
}

test("an offer that moves to a segment while the segment's audience is deleted is shown to the segment only", async () => {
  await it.addCustomers(names(250), ["many"]);
  const [stranger = ""] = await it.addCustomers(["Ravi"]);
  const [many, few] = [await it.addSegment("many"), await it.addSegment("few")];
  const first = await it.offer(percentOff({ segment: many, name: "First" }));
  const moving = (segment: string) => percentOff({ segment, name: "Second", "words.en.title": "For the many" });
  const second = await it.offer(moving(few));
  await it.publish();
  await it.publish();
  expect(it.natives()).toHaveLength(1);

  await deleteOffer(it.shop, first, "merchant");
  await it.publish(before("DeleteOfferSegment", () => it.save(moving(many), second)));
  await it.publish();
  await it.publish();
  expect(it.catalogue()).toMatchObject([{ id: second, audience: await it.keyFor(many) }]);
  expect(await it.page("/", stranger)).not.toContain("For the many");
});

test("the audience of an offer whose move is not committed yet is not deleted", async () => {
  const [many, few] = [await it.addSegment("many"), await it.addSegment("few")];
  const first = await it.offer(percentOff({ segment: many, name: "First" }));
  const second = await it.offer(percentOff({ segment: few, name: "Second" }));
  await it.publish();
  const key = await it.keyFor(many);

  await deleteOffer(it.shop, first, "merchant");
  let moved: Promise<unknown> = Promise.resolve();
  const marked = Promise.withResolvers<null>();
  const move = () => {
    moved = it.shop.db.tx(async (tx) => {
      await tx.run(it.sql`update offer set segment_id = ${many} where shop_id = ${it.shop.id} and id = ${second}`);
      await markDirty(it.shop, tx, [many]);
      marked.resolve(null);
      await new Promise((resolve) => setTimeout(resolve, 500));
    });
    return marked.promise;
  };
  await it.publish(before("SetAppData", move));
  await moved;
  expect(await it.keyFor(many)).toBe(key);
});

test("an offer to a segment without an audience is shown to nobody until the next run has made the audience", async () => {
  const segment = await it.addSegment("vip");
  const id = await it.offer(percentOff({ segment }));
  await it.publish();
  await it.shop.db.tx((tx) => tx.run(it.sql`delete from audience where shop_id = ${it.shop.id}`));

  await it.publish();
  expect(it.catalogue()).toEqual([]);
  expect((await it.offerRow(id))?.fault).toContain("offers.fault.no_audience_yet");
  await it.publish();
  expect(it.catalogue()).toMatchObject([{ id, audience: await it.keyFor(segment) }]);
  expect((await it.offerRow(id))?.fault).toBeNull();
});
