import { createInstance } from "i18next";
import { expect, it } from "vitest";
import privacy from "../../locales/en/privacy.json";
import type { ShopContext } from "../../ui/shop-context.ts";
import { writeDocument } from "./held-document.ts";

it("a column is named for its table where the same name means something else there", async () => {
  const i18n = createInstance();
  await i18n.init({ lng: "en", resources: { en: { translation: { privacy } } } });
  const shop = { locale: "en", currency: "GBP", timeZone: "UTC" } as ShopContext;
  const data = { shop_order: [{ name: "#1493" }], order_discount: [{ name: "TEA" }] };
  const text = writeDocument(data, "Tea", shop, i18n.t, new Date(0)).replaceAll(/<[^>]*>/g, " ");
  expect(text).toMatch(/Your orders\s+Order number\s+#1493/);
  expect(text).toMatch(/Discounts you used\s+Code or discount\s+TEA/);
});
