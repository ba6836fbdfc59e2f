// Settings of every kind, as the plugin's page sends them and as the plugin's code gets them.
import { expect, test } from "vitest";
import { plainTexts } from "../../app/fields.ts";
import { adminFor } from "../../app/shopify/admin-api.server.ts";
import { resourceNames } from "../../app/shopify/resource-names.server.ts";
import { registryOf } from "../../app/plugins/installed.server.ts";
import { savePluginSettings } from "../../app/plugins/state.server.ts";
import { faultsIn } from "../setup/definitions.ts";
import { giftWrap } from "./gift-wrap/plugin.server.ts";
import { pluginShop } from "./kit/plugin-shop.ts";
import { wholeOf } from "./kit/whole.ts";

test("settings from the plugin's page are checked if they are shown, stored as an object, and typed in the plugin's code", async () => {
  const { shop, page } = await pluginShop(giftWrap);
  const given = async () => (await registryOf(shop, wholeOf(giftWrap))).settings.get("gift-wrap");
  const save = async (input: Record<string, string>) => {
    const settings = plainTexts(giftWrap.settings ?? {}, input, "de");
    return faultsIn(await savePluginSettings(shop, giftWrap, settings, { actor: "merchant" }));
  };
  const sent = {
    fee: "3,50",
    model: "ribbon",
    colour: "",
    sample: "",
    some: "true",
    "only.products": "1\nx",
    "only.collection": "",
  };
  expect(await save(sent)).toEqual({
    colour: "app.field.missing",
    "only.products": "app.field.not_a_product",
    "only.collection": "app.field.missing",
  });
  expect(
    await save({
      ...sent,
      colour: "red",
      "only.products": "1\n2",
      "only.collection": "7",
      "only.words": "gift\n\nwrap",
    }),
  ).toEqual({});
  const only = { products: ["1", "2"], collection: "7", words: ["gift", "wrap"] };
  expect((await page()).values).toEqual({ fee: "3.50", model: "ribbon", colour: "red", sample: "", some: true, only });
  expect(await given()).toEqual({ fee: "3.50", model: "ribbon", colour: "red", sample: "", some: true, only });
  // A hidden setting is neither checked nor stored.
  expect(await save({ ...sent, model: "plain", some: "false", "only.products": "x" })).toEqual({});
  expect((await page()).values).toEqual({ fee: "3.50", model: "plain", sample: "", some: false });
  expect(await given()).toEqual({ fee: "3.50", model: "plain", sample: "", some: false });
});

test("the page shows the titles of chosen products and collections, and no title for a deleted one", async () => {
  const { shop, addProduct, page, set } = await pluginShop(giftWrap);
  const tea = await addProduct();
  const { collections } = await (
    await adminFor(shop)
  ).request<{ collections: { nodes: { id: string }[] } }>(
    "query Collections { collections(first: 1) { nodes { id } } }",
  );
  const [teas] = collections.nodes;
  const collection = teas?.id.replace(/.*\//, "");
  await set({
    fee: "1",
    model: "plain",
    sample: tea,
    some: "true",
    "only.collection": collection,
    "only.products": "1",
  });
  const names = await resourceNames(shop, [await page()]);
  expect(names).toEqual({ [`gid://shopify/Product/${tea}`]: "Tea", [String(teas?.id)]: "Teas" });
  await set({ fee: "1", model: "plain", sample: "", some: "false" });
  expect(await resourceNames(shop, [await page()])).toEqual({});
});
