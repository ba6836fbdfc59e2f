import { expect, test } from "vitest";
import { readPlacements, stands } from "./blocks.ts";

const section = (handle: string, status: string, ...targets: string[]) => ({
  handle,
  status,
  name: handle,
  target: "section",
  activations: targets.map((target) => ({ target, themeId: "gid://shopify/OnlineStoreTheme/1" })),
});
const theme = (...activations: object[]) => ({ handle: "theme", type: "theme_app_extension", activations });

test("the pages of a block are read from the admin's answer", () => {
  const placements = readPlacements([
    theme(
      section(
        "offer",
        "active",
        "template--index/apps/b1",
        "template--product.alternate/main/b2",
        "template--index/x/b3",
      ),
      section("survey", "available"),
    ),
    { handle: "thank-you", type: "ui_extension", activations: [{ target: "purchase.thank-you.block.render" }] },
  ]);
  expect(placements).toEqual({ offer: ["home", "product"], survey: [], thank_you: ["thank_you"] });
  expect(readPlacements([theme(section("offer", "active", "template--customers/account/main/b"))])).toEqual({
    offer: ["account"],
  });
});

test("a block on a page that the answer does not name is on any page, and a block that the answer lacks stays unknown", () => {
  expect(readPlacements([theme(section("offer", "active", "template--15265873__main/b1"))])).toEqual({ offer: ["*"] });
  expect(readPlacements([theme(section("offer", "active"))])).toEqual({ offer: ["*"] });
  expect(readPlacements([theme(section("offer", "unavailable", "template--index/apps/b1"))])).toEqual({ offer: [] });
  expect(readPlacements([])).toEqual({});
  for (const nonsense of [null, "x", [null, 1, { type: "theme_app_extension" }]])
    expect(readPlacements(nonsense)).toEqual({});
});

test("of the admin's answer and a shopper's page with the block, the newer one counts", () => {
  const at = (hour: number) => new Date(Date.UTC(2026, 10, 20, hour));
  const never = { places: null, reportedAt: null, seenAt: null };
  expect(stands(never)).toBeNull();
  const off = { places: [], reportedAt: at(10), seenAt: at(9) };
  expect(stands(off)).toBe(false);
  expect(stands({ ...off, seenAt: at(11) })).toBe(true);
  const home = { places: ["home"], reportedAt: at(10), seenAt: null };
  expect([stands(home), stands(home, "home"), stands(home, "cart")]).toEqual([true, true, false]);
  expect(stands({ ...home, places: ["*"] }, "cart")).toBe(true);
});
