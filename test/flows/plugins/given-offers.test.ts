// What a plugin's offer kind may return: only what its discount in Shopify can hold.
import { beforeEach, expect, test } from "vitest";
import type { ResolvedOffer } from "../../../app/offers/offer-kind.ts";
import { resolveOffer } from "../../../app/offers/resolve.server.ts";
import type { OfferContent } from "../../../app/offers/wire.ts";
import { registry, registryOf } from "../../../app/plugins/installed.server.ts";
import { definePlugin, type Plugin } from "../../../app/plugins/plugin.ts";
import { assemble } from "../../../app/plugins/registry.server.ts";
import { listPlugins } from "../../../app/plugins/state.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { newShop } from "../new-shop.ts";

let shop: Shop;
beforeEach(async () => {
  shop = await newShop();
});

const guest = (members: Partial<Plugin>) =>
  definePlugin({ name: "guest", contract: 1, label: "guest.label", description: "guest.text", ...members });
const engineOf = (plugin: Plugin) => registryOf(shop, assemble([...registry.plugins, plugin]));
const stateOf = async (plugin: Plugin) => (await listPlugins(shop, [plugin]))[0];

test("an unknown grant is refused, and so is an amount of zero", async () => {
  let grant: unknown = { kind: "amount", amount: "5.00" };
  const resolve = () => ({
    content: { shape: "discount", amount: "5.00", code: null, href: null } as const,
    discount: { title: "", code: null, grant: grant as { kind: "amount"; amount: string } },
  });
  const plugin = guest({ offerKinds: { gift: { label: "a", settings: {}, resolve } } });
  const { offerKinds } = await engineOf(plugin);
  const tried = () => resolveOffer(shop, offerKinds, { kind: "gift", settings: {} });
  expect(await tried()).toMatchObject({ ok: true });
  for (grant of [
    { kind: "cash", amount: "5" },
    { kind: "amount", amount: "0" },
    { kind: "percent", percent: "101" },
    null,
  ])
    expect(await tried(), JSON.stringify(grant)).toMatchObject({ ok: false });
  expect(await stateOf(plugin)).toMatchObject({
    failures: 4,
    fault: expect.stringContaining("its grant must have the kind"),
  });
});

const ids = (count: number) => Array.from({ length: count }, (_, at) => String(at));
const tea = { products: ["1"] };
const deal = { buys: tea, least: { quantity: 2 }, gets: tea, quantity: 1, share: "100", perOrder: null };

test.each([
  ["once without a code", { discount: { conditions: { once: true } } }, "its discount has once without a code"],
  ["uses of an automatic discount", { discount: { code: "", conditions: { uses: 5 } } }, "has uses without a code"],
  ["once in the content alone", { content: { once: true } }, "its content has once without a code"],
  [
    "a minimum of a deal",
    { discount: { grant: { kind: "deal", ...deal }, conditions: { minimum: { subtotal: "30" } } } },
    "its deal has a minimum",
  ],
  [
    "more products than are read back",
    { discount: { grant: { kind: "percent", percent: "10", items: { products: ids(51) } } } },
    "its items are 51, and 50 is the most",
  ],
  [
    "a collection that is named twice",
    { discount: { grant: { kind: "percent", percent: "10", items: { collections: ["7", "8", "7"] } } } },
    "its items name 7 twice",
  ],
  [
    "a product of a deal that is named twice",
    { content: { deal: { ...deal, gets: { products: ["1", "1"] } } } },
    "name 1 twice",
  ],
])("an offer is refused with a condition that its discount cannot hold: %s", async (_what, given, sentence) => {
  const { content, discount } = given as { content?: object; discount?: object };
  const resolve = (): ResolvedOffer => ({
    content: { shape: "discount", percent: "10", code: null, href: null, ...content } as OfferContent,
    discount: { title: "", code: null, grant: { kind: "percent", percent: "10" }, ...discount },
  });
  const plugin = guest({ offerKinds: { gift: { label: "a", settings: {}, resolve } } });
  const { offerKinds } = await engineOf(plugin);
  expect(await resolveOffer(shop, offerKinds, { kind: "gift", settings: {} })).toMatchObject({ ok: false });
  expect((await stateOf(plugin))?.fault).toContain(sentence);
});
