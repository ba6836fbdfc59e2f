import { expect, test } from "vitest";
import { currentTotal, type CurrentTotal } from "./current-total.ts";

const part = (then: string | null, now: string | null) => ({ then, now });
const order = (more: Partial<CurrentTotal>): CurrentTotal => ({
  ...{ total: "226", current: "226", subtotal: part("200", "200"), others: [part("26", "26")], adjusted: "0" },
  ...more,
});
const edited = { subtotal: part("200", "100"), others: [part("26", "13")] };

test.each<[string, CurrentTotal, string | null]>([
  ["nothing happened", order({}), "226"],
  ["an edit took one unit off", order({ ...edited, current: "113" }), "113"],
  ["the platform gives no current total", order({ current: null }), null],
  ["25.14 given beyond: Shopify's total is after returns alone", order({ adjusted: "-25.14" }), "226"],
  ["25.14 given beyond: Shopify's total is after it", order({ current: "200.86", adjusted: "-25.14" }), "226.0000"],
  ["an edit, and 20 given beyond, after returns alone", order({ ...edited, current: "113", adjusted: "-20" }), "113"],
  ["an edit, and 20 given beyond, after both", order({ ...edited, current: "93", adjusted: "-20" }), "113.0000"],
  ["a return of which 20 were kept, after returns alone", order({ ...edited, current: "113", adjusted: "20" }), "113"],
  ["a return of which 20 were kept, after both", order({ ...edited, current: "133", adjusted: "20" }), "113.0000"],
  ["a cent lost by rounding", order({ ...edited, current: "112.99", adjusted: "-20" }), "112.99"],
  [
    "parts that the platform does not give",
    order({ current: "200", subtotal: part("200", null), adjusted: "-20" }),
    "200",
  ],
  [
    "shipping is a part too",
    order({ total: "231", current: "226", others: [part("26", "26"), part("5", "0")], adjusted: "-4" }),
    "226",
  ],
  ["cancelled", order({ current: "0", subtotal: part("200", "0"), others: [part("26", "0")], adjusted: "-5" }), "0"],
])("what is left of a total: %s", (_name, given, left) => {
  expect(currentTotal(given)).toBe(left);
});
