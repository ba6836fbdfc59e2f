import { expect, it } from "vitest";
import { sortOf, sortOffers } from "./sort-offers.ts";

const offer = (name: string, used: number, revenue: string) => ({ name, use: { used, revenue, uncounted: 0 } });
const message = { name: "message", use: null };
const offers = [
  offer("few", 2, "9.5"),
  message,
  offer("many", 10, "8"),
  offer("none", 0, "0"),
  offer("worth", 2, "100"),
];

const namesBy = (text: string | null) => sortOffers(offers, sortOf(text)).map(({ name }) => name);

it.for<[string | null, string[]]>([
  ["used-descending", ["many", "few", "worth", "none", "message"]],
  ["used-ascending", ["none", "few", "worth", "many", "message"]],
  ["revenue-descending", ["worth", "few", "many", "none", "message"]],
  [null, ["few", "message", "many", "none", "worth"]],
  ["name-descending", ["few", "message", "many", "none", "worth"]],
])("the list of offers sorted by %s has offers that cannot be used at its end", ([text, names]) => {
  expect(namesBy(text)).toEqual(names);
});
