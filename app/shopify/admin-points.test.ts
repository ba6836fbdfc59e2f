import { expect, test } from "vitest";
import { pointsWait, readThrottle, spendPoints } from "./admin-points.server.ts";

const answer = (requestedQueryCost: number, currentlyAvailable: number) =>
  readThrottle({
    cost: { requestedQueryCost, actualQueryCost: 1, throttleStatus: { currentlyAvailable, restoreRate: 100 } },
  });

function tell(shop: string, operation: string, asked: number, available: number) {
  const cost = answer(asked, available);
  if (cost) spendPoints(shop, operation, cost);
}

test("an operation waits until the shop has the points that it asked for last time", () => {
  tell("a.myshopify.com", "Orders", 300, 100);
  expect(pointsWait("a.myshopify.com", "Orders")).toBeGreaterThan(1_900);
  expect(pointsWait("a.myshopify.com", "Orders")).toBeLessThanOrEqual(2_000);
});

test("a shop without points delays no other shop", () => {
  tell("poor.myshopify.com", "Orders", 300, 0);
  expect(pointsWait("rich.myshopify.com", "Orders")).toBe(0);
});

test("an operation that was never requested waits for nothing", () => {
  expect(pointsWait("a.myshopify.com", "Unheard")).toBe(0);
});

test("an answer without a cost gives no estimate", () => {
  expect(readThrottle(undefined)).toBeUndefined();
  expect(readThrottle({ cost: {} })).toBeUndefined();
});
