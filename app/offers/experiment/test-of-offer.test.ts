import { expect, test } from "vitest";
import { segmentToMeasure } from "./test-of-offer.ts";

const kinds = [
  { name: "percentage", narrows: false },
  { name: "loyalty", narrows: true },
];
const draft = { kind: "percentage", segment: "vip", holdout: "50" };

test("what a test can show is measured with the segment's customers, unless the kind narrows the segment", () => {
  expect(segmentToMeasure({ kinds }, draft)).toBe("vip");
  expect(segmentToMeasure({ kinds }, { ...draft, kind: "loyalty" })).toBeNull();
});

test("nothing is measured for an offer to everyone, and without a test", () => {
  expect(segmentToMeasure({ kinds }, { ...draft, segment: "" })).toBeNull();
  expect(segmentToMeasure({ kinds }, { ...draft, holdout: "0" })).toBeNull();
});
