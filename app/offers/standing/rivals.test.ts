import { expect, test } from "vitest";
import { markBeaten, standingOf, type LiveOffer } from "./rivals.ts";
import type { OfferContent } from "../wire.ts";

const day = (at: number) => new Date(Date.UTC(2026, 10, at));
const off = (percent: string, code: string | null = null): OfferContent => ({
  shape: "discount",
  percent,
  code,
  href: null,
});
const message: OfferContent = { shape: "message", href: null };

function live(name: string, content: OfferContent, part: Partial<LiveOffer["offer"]> = {}): LiveOffer {
  const plain = { segmentId: null, narrowedId: null, startsAt: day(1), endsAt: null };
  return { offer: { id: name, name, placements: ["home"], ...plain, ...part }, content };
}
/** Two customers are in both segments, five in each. */
const together = (a: string, b: string) => (a === b ? 5 : [a, b].includes("apart") ? 0 : 2);
const names = (rivals: { name: string; count: number | null }[]) => rivals.map(({ name, count }) => `${name} ${count}`);

test("of two discounts the larger one is granted to the customers who may have both", () => {
  const ten = live("ten", off("10"));
  const twelve = live("twelve", off("12.5"), { segmentId: "vip" });
  const five = live("five", off("5"), { segmentId: "lately" });
  expect(names(standingOf(ten, [twelve, five], together).beatenBy)).toEqual(["twelve 5"]);
  expect(names(standingOf(ten, [twelve, five], together).beats)).toEqual(["five 5"]);
  expect(names(standingOf(five, [twelve, ten], together).beatenBy)).toEqual(["twelve 2", "ten null"]);
  expect(names(standingOf(twelve, [ten, five], together).beatenBy)).toEqual([]);
  const apart = live("apart", off("50"), { segmentId: "apart" });
  expect(standingOf(five, [apart], together)).toMatchObject({ beatenBy: [], beats: [], depends: [], behind: [] });
});

test("beside a discount that everybody gets all the time, smaller ones are not shown as granted", () => {
  const most = live("most", off("25"));
  const [twelve, five] = [live("twelve", off("12"), { segmentId: "vip" }), live("five", off("5"), { segmentId: "b" })];
  const ten = live("ten", off("10"));
  expect(names(standingOf(ten, [twelve, five, most], together).beatenBy)).toEqual(["most null"]);
  expect(standingOf(ten, [twelve, five, most], together).beats).toEqual([]);
  const later = live("later", off("25"), { startsAt: day(3) });
  expect(names(standingOf(ten, [five, later], together, day(2)).beats)).toEqual(["five 5"]);
  expect(standingOf(ten, [five, later], together, day(4)).beats).toEqual([]);
  const brief = live("brief", off("25"), { endsAt: day(5) });
  expect(names(standingOf(ten, [twelve, brief], together).beatenBy)).toEqual(["brief null", "twelve 5"]);
});

test("discounts at other times, and messages, exclude no discount", () => {
  const ten = live("ten", off("10"), { endsAt: day(5) });
  expect(standingOf(ten, [live("later", off("20"), { startsAt: day(5) })], together).beatenBy).toEqual([]);
  expect(standingOf(ten, [live("words", message)], together).beatenBy).toEqual([]);
});

test("a code excludes a discount where the code can be read, an automatic discount everywhere", () => {
  const ten = live("ten", off("10"));
  const atCart = { placements: ["cart" as const] };
  expect(standingOf(ten, [live("code", off("20", "TWENTY"), atCart)], together).beatenBy).toEqual([]);
  expect(names(standingOf(ten, [live("code", off("20", "TWENTY"))], together).beatenBy)).toEqual(["code null"]);
  expect(names(standingOf(ten, [live("auto", off("20"), atCart)], together).beatenBy)).toEqual(["auto null"]);
});

test("an offer is not shown where another goes before it for all its customers, all its time, on all its pages", () => {
  const [ten, twenty] = [live("ten", off("10")), live("twenty", off("20"))];
  expect(standingOf(ten, [twenty], together).notShownFor).toBe("twenty");
  expect(standingOf(twenty, [ten], together).notShownFor).toBeNull();
  expect(standingOf(ten, [live("vip", off("20"), { segmentId: "vip" })], together).notShownFor).toBeNull();
  expect(standingOf(ten, [live("brief", off("20"), { endsAt: day(5) })], together).notShownFor).toBeNull();
  const wide = live("wide", off("10"), { placements: ["home", "cart"] });
  expect(standingOf(wide, [live("code", off("20", "TWENTY"))], together).notShownFor).toBeNull();
  expect(standingOf(wide, [twenty], together).notShownFor).toBe("twenty");
});

test("of two equal discounts the one that the block shows first is shown", () => {
  const [older, newer] = [live("older", off("10")), live("newer", off("10"), { startsAt: day(3) })];
  expect(markBeaten([older, newer]).map(({ offer, beatenBy }) => [offer.offer.name, beatenBy])).toEqual([
    ["older", "newer"],
    ["newer", null],
  ]);
});

test("an offer that a full block leaves out is reported: all discounts fill one place, each message another", () => {
  const newer = (at: number) => ({ startsAt: day(at) });
  const last = live("last", message);
  const ahead = [live("a", off("10"), newer(2)), live("b", off("20"), newer(3)), live("c", message, newer(4))];
  expect(standingOf(last, ahead, together).behind).toEqual(["c", "a"]);
  expect(standingOf(last, ahead.slice(0, 2), together).behind).toEqual([]);
  expect(standingOf(live("elsewhere", message, { placements: ["cart"] }), ahead, together).behind).toEqual([]);
});

test("of a percentage and an amount the cart decides; of two amounts the larger one is granted", () => {
  const amount = (value: string): OfferContent => ({ shape: "discount", amount: value, code: null, href: null });
  const [ten, five, three] = [live("ten", off("10")), live("five", amount("5.00")), live("three", amount("3"))];
  expect(standingOf(ten, [five], together)).toMatchObject({ beatenBy: [], beats: [], depends: [{ name: "five" }] });
  expect(standingOf(three, [five], together)).toMatchObject({ beatenBy: [{ name: "five" }], depends: [] });
  expect(markBeaten([ten, five, three]).map(({ offer, beatenBy }) => [offer.offer.name, beatenBy])).toEqual([
    ["ten", null],
    ["five", null],
    ["three", "five"],
  ]);
});
