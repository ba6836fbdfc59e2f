// The theme block promises what the checkout grants.
import { expect, test } from "vitest";
import { inItsOwnShop, type Form, type OfferShop } from "../offer-shop.ts";
import { cardsFor, newProduct as productIn, priced, type Bought } from "./cart.ts";
import { amount, deal, delivery, percent } from "./forms.ts";

let it: OfferShop;
inItsOwnShop((shop) => (it = shop));

const newProduct = (title: string, price: string) => productIn(it, title, price);
const fromHundred: Form = { "settings.minimum": "subtotal", "settings.minimum_subtotal": "100" };
/** Comes before the offers of the cart's page in the catalogue. */
const onHome: Form = { placement: ["home"], starts: "2026-01-02T00:00" };

/** Publishes the offers. Returns their names by their ids. */
async function offered(...forms: Form[]): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const form of forms) names.set(await it.offer(form), String(form["name"]));
  await it.publish();
  for (const id of names.keys()) expect((await it.offerRow(id))?.fault).toBeNull();
  return names;
}

const grantedIn = (bought: Bought): string[] =>
  priced(it, bought).applied.map(({ title, amount }) => `${title} ${amount}`);
const shownIn = async (names: Map<string, string>, bought: Bought) =>
  (await cardsFor(it, bought)).map(({ id }) => names.get(id));

test("the units that a deal gives do not count as bought, and other products count for nothing", async () => {
  const [tea, tin] = [newProduct("Tea", "10.00"), newProduct("Tin", "1.00")];
  const names = await offered(percent("10"), deal([tea], 2, [tea]));
  expect(grantedIn([[tea, 2], [tin, 1]])).toEqual(["Percent 2.10"]); // prettier-ignore
  expect(await shownIn(names, [[tea, 2], [tin, 1]])).toEqual(["Percent"]); // prettier-ignore
  expect(grantedIn([[tea, 3], [tin, 1]])).toEqual(["Deal 10.00"]); // prettier-ignore
  expect(await shownIn(names, [[tea, 3], [tin, 1]])).toEqual(["Deal"]); // prettier-ignore
});

test("what a deal gives is not spent: a deal from an amount on", async () => {
  const [tea, tin] = [newProduct("Tea", "10.00"), newProduct("Tin", "9.00")];
  const names = await offered(percent("10"), deal([tea, tin], "18.00", [tin]));
  expect(grantedIn([[tea, 1], [tin, 1]])).toEqual(["Percent 1.90"]); // prettier-ignore
  expect(await shownIn(names, [[tea, 1], [tin, 1]])).toEqual(["Percent"]); // prettier-ignore
  expect(grantedIn([[tea, 2], [tin, 1]])).toEqual(["Deal 9.00"]); // prettier-ignore
  expect(await shownIn(names, [[tea, 2], [tin, 1]])).toEqual(["Deal"]); // prettier-ignore
});

test("a deal without a limit per order is weighed as often as it applies", async () => {
  const tea = newProduct("Tea", "10.00");
  const names = await offered(percent("20"), deal([tea], 2, [tea], { "settings.per_order": "" }));
  expect(grantedIn([[tea, 9]])).toEqual(["Deal 30.00"]);
  expect(await shownIn(names, [[tea, 9]])).toEqual(["Deal"]);
});

test("an amount off each unit takes no more off a unit than the unit costs", async () => {
  const [tea, tin] = [newProduct("Tea", "10.00"), newProduct("Tin", "1.00")];
  const names = await offered(percent("50"), amount("2", [tea, tin], { name: "Two", "settings.each": "true" }));
  expect(grantedIn([[tea, 1], [tin, 3]])).toEqual(["Percent 6.50"]); // prettier-ignore
  expect(await shownIn(names, [[tea, 1], [tin, 3]])).toEqual(["Percent"]); // prettier-ignore
});

test.each([
  ["first", "2026-01-02T00:00"],
  ["last", "2025-12-31T00:00"],
])(
  "free shipping that the checkout grants is shown where it is %s in the catalogue, and what is out of reach is not",
  async (_, starts) => {
    const tea = newProduct("Tea", "10.00");
    const names = await offered(delivery("Hundred", fromHundred), delivery("Always", { starts }));
    expect(grantedIn([[tea, 1]])).toEqual(["Always 3.95"]);
    expect(await shownIn(names, [[tea, 1]])).toEqual(["Always"]);
  },
);

test("free shipping that is shown on other pages hides none that the checkout grants as well", async () => {
  const tea = newProduct("Tea", "10.00");
  const names = await offered(delivery("Home", onHome), delivery("Cart"));
  expect(await shownIn(names, [[tea, 1]])).toEqual(["Cart"]);
});

test("free shipping that is out of reach is not shown where the checkout grants free shipping already", async () => {
  const tea = newProduct("Tea", "10.00");
  const names = await offered(
    delivery("Home", { placement: ["home"] }),
    delivery("Hundred", { ...fromHundred, starts: "2026-01-02T00:00" }),
  );
  expect(grantedIn([[tea, 1]])).toEqual(["Home 3.95"]);
  expect(await shownIn(names, [[tea, 1]])).toEqual([]);
});

test("of the discounts that are out of reach, one of this page is shown", async () => {
  const tea = newProduct("Tea", "10.00");
  const names = await offered(percent("10", { ...fromHundred, ...onHome }), percent("5", { ...fromHundred, name: "Here" })); // prettier-ignore
  expect(await shownIn(names, [[tea, 1]])).toEqual(["Here"]);
});
