import { expect, test } from "vitest";
import { field, viewFields } from "../../fields.ts";
import { openWords } from "../words.ts";
import { fieldTexts } from "./field-texts.ts";

const { t } = openWords("en");
const shop = { domain: "", timeZone: "UTC", currency: "GBP", locale: "en" };
const titles = { "gid://shopify/Product/1": "Earl Grey", "gid://shopify/Collection/1": "Teas" };

test("values are written in words: names for ids, yes and no, choices, shares and amounts; hidden inputs are left out", () => {
  const some = () => ({ products: field.products("offer-kinds.items.products") });
  const fields = viewFields({
    buys: field.group("offer-kinds.deal.buys", some()),
    gets: field.group("offer-kinds.deal.gets", some()),
    from: field.collection("offer-kinds.items.collections"),
    once: field.toggle("offer-kinds.once"),
    limited: field.toggle("offer-kinds.limited"),
    uses: field.when({ limited: "true" }, field.integer("offer-kinds.uses")),
    how: field.choice("offer-kinds.percentage.how", { code: "offer-kinds.percentage.by_code" }),
    percent: field.percent("offer-kinds.percentage.percent"),
    amount: field.money("offer-kinds.amount_off.amount"),
  });
  const texts = {
    ...{ "buys.products": "1\n2", "gets.products": "1", from: "1", once: "true", limited: "false", uses: "5" },
    ...{ how: "code", percent: "12.5", amount: "5" },
  };
  expect(fieldTexts(fields, texts, { t, shop, titles })).toEqual([
    ["Items that the customer buys: Products", `Earl Grey and ${t("app.pick.unknown", { id: "2" })}`],
    ["Items that the customer gets: Products", "Earl Grey"],
    ["Collections", "Teas"],
    ["One use per customer", "Yes"],
    ["Limit the total number of uses", "No"],
    ["Method", "Discount code"],
    ["Discount percentage", "12.5%"],
    ["Discount amount", "£5.00"],
  ]);
});
