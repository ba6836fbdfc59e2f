import { expect, test } from "vitest";
import { isNewerRefund, type RefundCopy } from "./newer-refund.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 10, 1, 12, minute)).toISOString();
const copy = (amount: string | null, version: number | null, more: Partial<RefundCopy> = {}): RefundCopy => ({
  ...{ amount, presentmentAmount: amount, own: false, updatedAt: version === null ? null : at(version) },
  ...{ seenAt: at(version ?? 0), ...more },
});
const own = (amount: string, version: number, seen: number, presentmentAmount = amount) =>
  copy(amount, version, { own: true, seenAt: at(seen), presentmentAmount });

test.each<[string, RefundCopy, RefundCopy]>([
  ["a smaller amount of a newer version", copy("30", 2), copy("40", 1)],
  ["a payment that failed since", copy("0", 2), copy("40", 1)],
  ["a version against none", copy("30", 1), copy("40", null, { seenAt: at(9) })],
  ["of two that came alone, the later", copy("40", null, { seenAt: at(2) }), copy("0", null, { seenAt: at(1) })],
  ["of one version, what Shopify made later", copy("40", 1, { seenAt: at(3) }), copy("0", 1, { seenAt: at(2) })],
  [
    "Shopify's own against one derived from a later version",
    own("25.10", 1, 8, "4400"),
    copy("25.14", 5, { presentmentAmount: "4400" }),
  ],
  ["Shopify's own, smaller", own("25.10", 1, 8, "4400"), copy("4300.00", 5, { presentmentAmount: "4400" })],
  [
    "Shopify's own against one made later of the same payments",
    own("25.10", 1, 3, "4400"),
    copy("25.14", 5, { presentmentAmount: "4400" }),
  ],
  [
    "Shopify's own where the other had no rate",
    own("25.10", 1, 8, "4400"),
    copy(null, 5, { presentmentAmount: "4400" }),
  ],
  [
    "a payment that succeeded after Shopify's own was made",
    copy("25.14", 5, { presentmentAmount: "4400" }),
    own("0", 1, 3),
  ],
  ["Shopify's own, of a newer version", own("10", 4, 4), own("20", 2, 3)],
])("the newer of two copies of a refund, in either order: %s", (_name, winner, loser) => {
  expect(isNewerRefund(winner, loser)).toBe(true);
  expect(isNewerRefund(loser, winner)).toBe(false);
});

test("the same copy again changes nothing", () => {
  expect(isNewerRefund(copy("40", 1), copy("40.00", 1))).toBe(false);
});
