// The status of an offer agrees with what shoppers and Shopify see.
import { expect, test } from "vitest";
import { offersAttention } from "../../../app/offers/attention.server.ts";
import { readEditor } from "../../../app/offers/editor/read-editor.server.ts";
import { readOfferLines } from "../../../app/offers/screens/offer-lines.server.ts";
import { endOffer, pauseOffer, publishOffer } from "../../../app/offers/definition/move-offer.server.ts";
import { readWhom } from "../../../app/offers/standing/shoppers.server.ts";
import { offersShownTo } from "../../../app/offers/standing/shown.server.ts";
import { sql } from "../../../app/db.server.ts";
import { registry } from "../../../app/plugins/installed.server.ts";
import { savePlacements } from "../../../app/shopify/blocks.server.ts";
import { percentOff, inItsOwnShop, type OfferShop } from "./offer-shop.ts";

let it: OfferShop;

inItsOwnShop((shop) => (it = shop));

/** The status in the list and on the offer's page, which must be equal. */
async function standing(id: string): Promise<string | undefined> {
  const line = (await readOfferLines(it.shop, registry)).find((one) => one.id === id);
  const view = await readEditor(it.shop, registry, { id, kind: null });
  expect(view?.seen).toBe(line?.seen);
  return line?.seen;
}
const troubles = async () =>
  (await offersAttention(it.shop, registry.offerKinds)).map(({ key, tone, named, mend }) => ({
    key,
    tone,
    named,
    mend,
  }));
const keys = async () => (await troubles()).map(({ key }) => key);

test("an offer is active once the store has it and the theme has its block on one of its pages", async () => {
  const id = await it.offer(percentOff());
  expect(await standing(id)).toBe("publishing");
  await it.publish();
  expect(await standing(id)).toBe("published");
  expect(await keys()).toEqual([]);
  await savePlacements(it.shop, { offer: ["home", "cart"] });
  expect(await standing(id)).toBe("active");
  expect(await keys()).toEqual([]);
  await it.save(percentOff({ "words.en.title": "Changed" }), id);
  expect(await standing(id)).toBe("publishing");
  await it.publish();
  expect(await standing(id)).toBe("active");
});

test("an offer without a block in the theme is not active, and a link opens the theme editor on the offer's page", async () => {
  const id = await it.offer(percentOff());
  await it.publish();
  await savePlacements(it.shop, { offer: ["product"] });
  expect(await standing(id)).toBe("fault");
  expect(await troubles()).toEqual([
    {
      key: "offers.attention.no_block",
      tone: "critical",
      named: ["offers.placement.home", "offers.placement.cart"],
      mend: {
        label: "offers.edit.switch_on",
        url: expect.stringMatching(/editor\?template=index&addAppBlockId=test-client-id\/offer/),
      },
    },
  ]);
  await savePlacements(it.shop, { offer: ["home"] });
  expect(await standing(id)).toBe("active");
  expect(await troubles()).toMatchObject([
    { key: "offers.attention.no_block_there", tone: "warning", named: ["offers.placement.cart"] },
  ]);
});

test("a paused or ended offer shows as stopping until the store has removed it", async () => {
  const [paused, ended] = [await it.offer(percentOff({ name: "A" })), await it.offer(percentOff({ name: "B" }))];
  await it.publish();
  await pauseOffer(it.shop, paused, "merchant");
  await endOffer(it.shop, ended, "merchant");
  expect([await standing(paused), await standing(ended)]).toEqual(["stopping", "stopping"]);
  await it.publish();
  expect([await standing(paused), await standing(ended)]).toEqual(["paused", "ended"]);
  await publishOffer(it.shop, registry, paused, { actor: "merchant" });
  expect(await standing(paused)).toBe("publishing");
});

test("a message without words is not published, and one that loses its words is not drawn", async () => {
  const segment = await it.addSegment("nobody");
  const bare = percentOff({ kind: "message", segment, "words.en.title": " " });
  await expect(it.offer(bare)).rejects.toThrow("offers.fault.says_nothing");
  const id = await it.offer({ ...bare, "words.en.title": "Hello" });
  await it.publish();
  expect(it.catalogue()).toHaveLength(1);
  await it.save(bare, id);
  await it.publish();
  expect(it.catalogue()).toEqual([]);
  await savePlacements(it.shop, { offer: ["home", "cart"] });
  expect(await standing(id)).toBe("fault");
  expect(await keys()).toEqual(["offers.attention.says_nothing", "offers.attention.nobody"]);
  await it.save({ ...bare, "words.en.text": "Hello" }, id);
  await it.publish();
  expect(await standing(id)).toBe("active");
});

test("a reward for a tier is described as for the customers of the tier, also while it is edited", async () => {
  const [asha = ""] = await it.addCustomers(["Asha"]);
  await it.addCustomers(["Ravi"]);
  await it.shop.db.tx((tx) =>
    tx.run(it.sql`insert into shop_order (shop_id, id, customer_id, currency, presentment_currency, total, ordered_at)
      values (${it.shop.id}, '1', ${asha}, 'GBP', 'GBP', 900, ${it.shop.now()})`),
  );
  const reward = percentOff({ kind: "tier_reward", "settings.tier": "GOLD" });
  const id = await it.offer(reward);
  const [audience = ""] = await it.segmentsOf("offer");
  await it.evaluate(audience);
  const said = [{ label: "loyalty.attribute", value: "loyalty.tier.gold" }];
  const gold = { query: "loyalty_tier = 'GOLD'", said };
  const line = (await readOfferLines(it.shop, registry)).find((one) => one.id === id);
  expect(line).toMatchObject({ segment: null, narrowing: gold, count: 1 });
  const asked = { kind: "tier_reward", settings: { tier: "GOLD", percent: "10" }, segmentId: null };
  const whom = await readWhom(it.shop, registry, asked);
  expect(whom).toMatchObject({ narrowing: gold, count: 1 });
  expect(whom.shoppers.map(({ firstName, isMember }) => [firstName, isMember])).toEqual([
    ["Asha", true],
    ["Ravi", false],
  ]);
  const silver = await readWhom(it.shop, registry, { ...asked, settings: { tier: "SILVER", percent: "10" } });
  expect(silver).toMatchObject({ narrowing: { query: "loyalty_tier = 'SILVER'" }, count: 0 });
});

test("a customer's page shows the offers that the store and the customer's metafield have, not those still to be published", async () => {
  const [asha = "", ravi = ""] = await it.addCustomers(["Asha", "Ravi"], ["vip"]);
  const segment = await it.addSegment("vip");
  const seenBy = async (id: string) =>
    (await offersShownTo(it.shop, registry.offerKinds, id)).map(({ name, everyone }) => [name, everyone]);
  await it.offer(percentOff({ name: "Hers", segment }));
  await it.offer(percentOff({ name: "All", "settings.how": "code", "settings.code": "ALL" }));
  expect(await seenBy(asha)).toEqual([]);
  await it.publish();
  expect((await seenBy(asha)).sort()).toEqual([
    ["All", true],
    ["Hers", false],
  ]);
  await it.tag([ravi], []);
  expect(await seenBy(ravi)).toContainEqual(["Hers", false]);
  await it.publish();
  expect(await seenBy(ravi)).toEqual([["All", true]]);
  await savePlacements(it.shop, { offer: [] });
  expect(await seenBy(asha)).toEqual([]);
});

test("a waiting offer shows when publishing was last tried and is next tried, and whether Shopify answered", async () => {
  const id = await it.offer(percentOff());
  const retrying = async () => (await readEditor(it.shop, registry, { id, kind: null }))?.retrying;
  expect(await retrying()).toBeNull();
  const fail = (message: string) =>
    it.shop.db.tx((tx) =>
      tx.run(sql`update pgboss.job set state = 'retry', started_on = '2026-01-01 12:00Z', start_after = '2026-01-01 12:01Z',
        output = ${JSON.stringify({ name: "Error", message })}::jsonb
        where name = 'offers.publish' and singleton_key = ${it.shop.id}`),
    );
  await fail("AdminApiError unavailable");
  const times = { triedAt: new Date("2026-01-01T12:00Z"), nextAt: new Date("2026-01-01T12:01Z") };
  expect(await retrying()).toEqual({ ...times, isUnanswered: true });
  await fail("AdminApiError refused");
  expect(await retrying()).toEqual({ ...times, isUnanswered: false });
  await it.publish();
  expect(await retrying()).toBeNull();
});
