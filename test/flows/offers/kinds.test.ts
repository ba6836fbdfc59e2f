// The built-in kinds beyond a percentage: saved, published, shown, granted at the checkout, read back and ended.
import { expect, test } from "vitest";
import { registry } from "../../../app/plugins/installed.server.ts";
import { endOffer } from "../../../app/offers/definition/move-offer.server.ts";
import { readStoreSays } from "../../../app/offers/editor/store-says.server.ts";
import { lookAtOffers } from "../../../app/offers/publishing/look.server.ts";
import { cardsFor, newProduct as productIn, offerForm, priced, type Bought } from "./in-cart/cart.ts";
import { inItsOwnShop, percentOff, type Form, type OfferShop } from "./offer-shop.ts";

let it: OfferShop;
inItsOwnShop((shop) => (it = shop));

const newProduct = (title: string, price: string) => productIn(it, title, price);

const form = (kind: string, fields: Form = {}): Form =>
  offerForm(kind, { "settings.how": "code", "settings.code": "TEA", ...fields });

/** Publishes the offer and returns its discount. */
async function offered(fields: Form) {
  const id = await it.offer(fields);
  await it.publish();
  expect((await it.offerRow(id))?.fault).toBeNull();
  const discount = it.discounts().at(-1);
  if (!discount) throw new Error("there is no discount");
  return { id, discount };
}

const pay = (bought: Bought, codes = ["TEA"]) => {
  const { total, discountTotal, shippingDiscount, rejected } = priced(it, bought, codes);
  return { total, discountTotal, shippingDiscount, refused: rejected.map(({ reason }) => reason) };
};

const cards = async (bought: Bought) => (await cardsFor(it, bought)).map(({ text }) => text);

async function found(id: string): Promise<string[]> {
  await lookAtOffers(it.shop, registry, id, it.admin);
  const [row] = await it.shop.db.tx((tx) =>
    tx.rows<{ found: { key: string }[] }>(
      it.sql`select found from offer_publication where shop_id = ${it.shop.id} and offer_id = ${id}`,
    ),
  );
  return (row?.found ?? []).map(({ key }) => key.replace("offers.found.", ""));
}

test("an amount off some products is granted on these products alone, from the minimum on, once per customer", async () => {
  const [green, black] = [newProduct("Green", "8.00"), newProduct("Black", "6.00")];
  const { id, discount } = await offered(
    form("amount_off", {
      ...{ "settings.amount": "3", "settings.items": "products", "settings.products": green.id },
      ...{ "settings.minimum": "subtotal", "settings.minimum_subtotal": "16", "settings.once": "true" },
      ...{ "settings.limited": "true", "settings.uses": "5" },
    }),
  );
  expect(discount).toMatchObject({ appliesOncePerCustomer: true, usageLimit: 5, minimumSubtotal: "16.00" });
  expect(pay([[green, 2], [black, 1]])).toMatchObject({ discountTotal: "3.00" }); // prettier-ignore
  expect(pay([[green, 1], [black, 3]]).refused).toEqual(["minimum_not_met"]); // prettier-ignore
  expect(pay([[black, 3]]).refused).toEqual(["no_matching_products"]);
  expect(await cards([[green, 2]])).toEqual([expect.stringContaining("£3 off On Green When you spend £16 or more on these Your code TEA")]); // prettier-ignore
  expect(await cards([[green, 1]])).toEqual([expect.stringContaining("Spend £8.00 more to get it")]);
  expect(await found(id)).toEqual([]);
  discount.appliesTo = { kind: "products", productIds: [green.id, black.id] };
  expect(await found(id)).toEqual(["conditions"]);
});

test("a product that was deleted in the store is rightly missing from the discount, unless none is left", async () => {
  const [green, black] = [newProduct("Green", "8.00"), newProduct("Black", "6.00")];
  const fields = {
    "settings.amount": "3",
    "settings.items": "products",
    "settings.products": `${green.id}\n${black.id}`,
  };
  const { id, discount } = await offered(form("amount_off", fields));
  discount.appliesTo = { kind: "products", productIds: [black.id] };
  expect(await found(id)).toEqual(["conditions"]);
  it.store.products.delete(green.id);
  expect(await found(id)).toEqual([]);
  it.store.products.delete(black.id);
  expect(await found(id)).toEqual(["conditions"]);
});

test("free shipping goes with the other discounts and is shown beside them", async () => {
  const tea = newProduct("Tea", "10.00");
  await offered(percentOff({ name: "Ten", "words.en.title": "" }));
  const { id, discount } = await offered(form("free_shipping", { "settings.minimum": "quantity", "settings.minimum_quantity": "3" })); // prettier-ignore
  expect(discount).toMatchObject({ type: "freeShipping", minimumQuantity: 3 });
  expect(pay([[tea, 3]])).toMatchObject({ discountTotal: "3.00", shippingDiscount: "3.95", refused: [] });
  expect(pay([[tea, 2]]).refused).toEqual(["minimum_not_met"]);
  const shown = await cards([[tea, 3]]);
  expect(shown.map((text) => text.includes("Free shipping"))).toContain(true);
  expect(shown.map((text) => text.includes("10% off"))).toContain(true);
  expect(shown.join(" ")).toContain("When you buy 3 items or more");
  expect(await found(id)).toEqual([]);
  discount.maximumShippingPrice = "2.00";
  expect(await found(id)).toEqual(["conditions"]);
});

test("buy two, get one at half price: granted, read back, changed, and ended", async () => {
  const [green, black] = [newProduct("Green", "8.00"), newProduct("Black", "6.00")];
  const fields = form("buy_x_get_y", {
    ...{ "settings.buys.items": "products", "settings.buys.products": green.id, "settings.buys_quantity": "2" },
    ...{ "settings.gets.items": "products", "settings.gets.products": black.id, "settings.gets_quantity": "1" },
    ...{ "settings.share": "50", "settings.per_order": "true" },
  });
  const { id, discount } = await offered(fields);
  expect(discount).toMatchObject({ type: "bxgy", usesPerOrderLimit: 1, getsQuantity: 1 });
  expect(pay([[green, 4], [black, 2]])).toMatchObject({ discountTotal: "3.00", refused: [] }); // prettier-ignore
  expect(await cards([[green, 2], [black, 1]])).toEqual([expect.stringContaining("Buy 2 of Green, get Black at 50% off")]); // prettier-ignore
  const says = { summary: "Buy 2 items, get 1 item at 50% off", automatic: 0 };
  expect(await readStoreSays(it.shop, id, it.admin)).toEqual(says);
  await it.offer(percentOff({ name: "Automatic" }));
  await it.publish();
  expect(await readStoreSays(it.shop, id, it.admin)).toEqual({ ...says, automatic: 1 });
  expect(await found(id)).toEqual([]);
  await it.save({ ...fields, "settings.share": "100", "settings.gets.products": green.id }, id);
  await it.publish();
  const changed = it.discounts().find(({ type }) => type === "bxgy");
  expect(changed).toMatchObject({ value: { share: "1" }, appliesTo: { productIds: [green.id] } });
  expect(await found(id)).toEqual([]);
  if (changed) changed.getsQuantity = 2;
  expect(await found(id)).toEqual(["grant"]);
  await endOffer(it.shop, id, "merchant");
  await it.publish();
  expect(pay([[green, 4]]).refused).toEqual(["not_active"]);
});

test("a free gift from an amount on, beside a percentage that the checkout grants instead until then", async () => {
  const [tea, tin] = [newProduct("Tea", "10.00"), newProduct("Tin", "9.00")];
  await offered(percentOff({ name: "Ten", "words.en.title": "" }));
  await offered(
    form("free_gift", {
      ...{ "settings.needs": "subtotal", "settings.buys_subtotal": "30" },
      ...{ "settings.buys.items": "products", "settings.buys.products": tea.id, "settings.gift": tin.id },
    }),
  );
  expect(pay([[tea, 3], [tin, 1]])).toMatchObject({ discountTotal: "9.00", total: "30.00" }); // prettier-ignore
  expect(await cards([[tea, 3], [tin, 1]])).toEqual([expect.stringContaining("Spend £30 on Tea, get Tin free")]); // prettier-ignore
  expect(await cards([[tea, 2], [tin, 1]])).toEqual([expect.stringContaining("10% off")]); // prettier-ignore
});

test("a deal names its products, a long list ends in a number, hostile titles stay text, and the merchant's title removes no condition", async () => {
  const hostile = newProduct('<script>alert("Salt & Pepper")</script>', "8.00");
  const many = ["Assam", "Ceylon", "Darjeeling", "Earl Grey", "Fennel"].map((title) => newProduct(title, "6.00"));
  const fields = form("buy_x_get_y", {
    ...{ "settings.buys.products": many.map(({ id }) => id).join("\n"), "settings.buys_quantity": "2" },
    ...{ "settings.gets.products": hostile.id, "settings.gets_quantity": "1", "settings.share": "100.00" },
  });
  const { id } = await offered(fields);
  const html = () => it.page("/cart", null, "", []);
  const deal =
    "Buy 2 of Assam, Ceylon, Darjeeling and 2 more, get &lt;script&gt;alert(&quot;Salt &amp; Pepper&quot;)&lt;/script&gt; free";
  expect(await html()).toContain(`aria-level="3" dir="auto">${deal}</p>`);
  await it.save({ ...fields, "words.en.title": "Half-price <pan>" }, id);
  await it.publish();
  expect(await html()).toContain(`aria-level="3" dir="auto">Half-price &lt;pan&gt;</p>`);
  expect(await html()).toContain(`regulars-offer__condition" dir="auto">${deal}</p>`);
});

test("a kind without its items is refused at their fields", async () => {
  const saved = await it.save(form("buy_x_get_y"));
  expect(saved.ok ? [] : saved.faults.map(({ field }) => field)).toEqual([
    "settings.buys.products",
    "settings.gets.products",
  ]);
});
