// Random carts beside random offers: the theme block shows what the checkout grants.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Discount } from "../../../dev-store/model.ts";
import { inItsOwnShop, type Form, type OfferShop } from "../offer-shop.ts";
import { cardsFor, newProduct, priced, type Bought, type Product } from "./cart.ts";
import { amount, deal, delivery, percent } from "./forms.ts";

let it: OfferShop;
inItsOwnShop((shop) => (it = shop));

/** A third of the offers have a code. Percentages, amounts, deals of every shape, and free shipping from some amount on. Tea and Cup have the same price. */
function offersOf(tea: Product, tin: Product, cup: Product): Form[] {
  const always: Form = { "settings.per_order": "" };
  const two: Form = { "settings.gets_quantity": "2", "settings.share": "50" };
  return [
    ...[percent("5"), percent("20"), amount("8", [tea]), amount("5", [tea, tin], { "settings.each": "true" })],
    ...[deal([tea], 2, [tea]), deal([tea], 2, [tea], always), deal([tea, tin], 3, [tin], { ...always, ...two })],
    ...[deal([tin], 1, [tea, cup], two), deal([tea, tin, cup], 4, [tea, tin, cup], always), deal([cup], 1, [tin])],
    ...[deal([tea], "20.00", [tea]), deal([tea, tin], "18.00", [tin], always), deal([tin, cup], "5.00", [cup, tea], { ...always, ...two })], // prettier-ignore
    ...[delivery("Always"), ...["5", "15", "30"].map((amount) => delivery("From", { "settings.minimum": "subtotal", "settings.minimum_subtotal": amount }))], // prettier-ignore
  ].map((form, index) => ({ ...form, ...(index % 3 === 0 ? byCode(index) : {}), name: `Offer ${index}` }));
}

const byCode = (index: number): Form => ({ "settings.how": "code", "settings.code": `CODE-${index}` });

type Published = { ids: string[]; discounts: Map<string, Discount>; catalogue: { id: string }[] };

/** `discounts`: by the ids of their offers. */
async function publish(forms: Form[]): Promise<Published> {
  const ids: string[] = [];
  for (const form of forms) ids.push(await it.offer(form));
  await it.publish();
  const discounts = new Map<string, Discount>();
  for (const id of ids) {
    const row = await it.offerRow(id);
    const discount = it.discounts().find((one) => row?.discount_id?.endsWith(`/${one.id}`));
    if (!discount) throw new Error(`the offer has no discount: ${JSON.stringify(row?.fault)}`);
    discounts.set(id, discount);
  }
  return { ids, discounts, catalogue: it.catalogue() };
}

/** Leaves only some of the published offers in the store. */
function leave({ discounts, catalogue }: Published, ids: string[]): void {
  it.store.discounts = new Map([...discounts].filter(([id]) => ids.includes(id)).map(([, one]) => [one.id, one]));
  for (const metafield of it.store.metafields.values())
    if (metafield.key === "offers")
      metafield.value = JSON.stringify({ offers: catalogue.filter(({ id }) => ids.includes(id)) });
}

/** What the checkout takes off where the shopper enters all codes. */
const amountsIn = (bought: Bought): string[] =>
  priced(
    it,
    bought,
    it.discounts().flatMap(({ codes }) => codes),
  )
    .applied.map(({ type, amount }) => `${type === "shipping" ? "delivery" : "goods"} ${amount}`)
    .toSorted();

test("whatever the offers and the cart are, the block shows the discount and the free shipping that the checkout grants", async () => {
  const products = [newProduct(it, "Tea", "10.00"), newProduct(it, "Tin", "4.50"), newProduct(it, "Cup", "10.00")] as const; // prettier-ignore
  const published = await publish(offersOf(...products));
  const some = fc.subarray(published.ids, { minLength: 2, maxLength: 6 });
  const cart = fc.tuple(fc.nat(6), fc.nat(4), fc.nat(3)).filter((quantities) => Math.max(...quantities) > 0);
  let granted = 0;
  const property = fc.asyncProperty(some, cart, async (ids, quantities) => {
    leave(published, ids);
    const bought = products
      .map((product, index): Bought[number] => [product, quantities[index] ?? 0])
      .filter(([, quantity]) => quantity > 0);
    const amounts = amountsIn(bought);
    granted += amounts.length;
    const promised: string[] = [];
    for (const { id } of await cardsFor(it, bought)) {
      // Each card's discount by itself. Of discounts that take off the same, the block may show any.
      leave(published, [id]);
      promised.push(...amountsIn(bought));
    }
    expect(promised.toSorted()).toEqual(amounts);
  });
  await fc.assert(property, { seed: 7, numRuns: 40 });
  expect(granted).toBeGreaterThan(40);
});
