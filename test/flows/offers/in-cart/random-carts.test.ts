// Random carts beside random offers: the theme block shows what the checkout grants.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Discount } from "../../../dev-store/model.ts";
import { inItsOwnShop, type Form, type OfferShop } from "../offer-shop.ts";
import { cardsFor, newProduct, priced, type Bought, type Product } from "./cart.ts";
import { amount, deal, delivery, percent } from "./forms.ts";

let it: OfferShop;
inItsOwnShop((shop) => (it = shop));

/** Percentages, amounts, deals of every shape, and free shipping from some amount on. Tea and Cup have the same price. */
function offersOf(tea: Product, tin: Product, cup: Product): Form[] {
  const always: Form = { "settings.per_order": "" };
  const two: Form = { "settings.gets_quantity": "2", "settings.share": "50" };
  return [
    ...[percent("5"), percent("20"), amount("8", [tea]), amount("5", [tea, tin], { "settings.each": "true" })],
    ...[deal([tea], 2, [tea]), deal([tea], 2, [tea], always), deal([tea, tin], 3, [tin], { ...always, ...two })],
    ...[deal([tin], 1, [tea, cup], two), deal([tea, tin, cup], 4, [tea, tin, cup], always), deal([cup], 1, [tin])],
    ...[deal([tea], "20.00", [tea]), deal([tea, tin], "18.00", [tin], always), deal([tin, cup], "5.00", [cup, tea], { ...always, ...two })], // prettier-ignore
    ...[delivery("Always"), ...["5", "15", "30"].map((amount) => delivery("From", { "settings.minimum": "subtotal", "settings.minimum_subtotal": amount }))], // prettier-ignore
  ].map((form, index) => ({ ...form, name: `Offer ${index}` }));
}

type Catalogue = { offers: { id: string }[] };

/** Leaves only some of the published offers in the store. */
function leave(published: Map<string, Discount>, catalogue: Catalogue, ids: Set<string>): void {
  it.store.discounts = new Map([...published].filter(([id]) => ids.has(id)).map(([, one]) => [one.id, one]));
  for (const metafield of it.store.metafields.values())
    if (metafield.key === "offers")
      metafield.value = JSON.stringify({ offers: catalogue.offers.filter(({ id }) => ids.has(id)) });
}

const amountsIn = (bought: Bought): string[] =>
  priced(it, bought)
    .applied.map(({ type, amount }) => `${type === "shipping" ? "delivery" : "goods"} ${amount}`)
    .toSorted();

test("whatever the offers and the cart are, the block shows the discount and the free shipping that the checkout grants", async () => {
  const products = [newProduct(it, "Tea", "10.00"), newProduct(it, "Tin", "4.50"), newProduct(it, "Cup", "10.00")] as const; // prettier-ignore
  const ids: string[] = [];
  for (const form of offersOf(...products)) ids.push(await it.offer(form));
  await it.publish();
  const rows = await Promise.all(ids.map((id) => it.offerRow(id)));
  expect(rows.map((row) => row?.fault)).toEqual(ids.map(() => null));
  const byDiscount = new Map(it.discounts().map((one) => [one.id, one]));
  const published = new Map(
    ids.map((id, index) => [id, byDiscount.get(String(rows[index]?.discount_id).split("/").at(-1) ?? "")] as const),
  ) as Map<string, Discount>;
  const catalogue: Catalogue = { offers: it.catalogue() };
  const some = fc.uniqueArray(fc.nat(ids.length - 1), { minLength: 2, maxLength: 6 });
  const cart = fc.tuple(fc.nat(6), fc.nat(4), fc.nat(3)).filter((quantities) => Math.max(...quantities) > 0);
  let granted = 0;
  const property = fc.asyncProperty(some, cart, async (places, quantities) => {
    leave(published, catalogue, new Set(places.map((place) => ids[place] ?? "")));
    const bought = products
      .map((product, index): Bought[number] => [product, quantities[index] ?? 0])
      .filter(([, quantity]) => quantity > 0);
    const amounts = amountsIn(bought);
    granted += amounts.length;
    const promised: string[] = [];
    for (const { id } of await cardsFor(it, bought)) {
      // Each card's discount by itself. Of discounts that take off the same, the block may show any.
      leave(published, catalogue, new Set([id]));
      promised.push(...amountsIn(bought));
    }
    expect(promised.toSorted()).toEqual(amounts);
  });
  await fc.assert(property, { seed: 7, numRuns: 40 });
  expect(granted).toBeGreaterThan(40);
});
