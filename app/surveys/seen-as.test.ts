import { expect, test } from "vitest";
import { takesPlaces } from "./seen-as.ts";
import type { Surface } from "./survey.ts";

const running = (id: string, placements: Surface[], segmentId: string | null = null) =>
  ({ id, placements, segmentId, state: "active" }) as const;
const taken = (survey: ReturnType<typeof running>, others: ReturnType<typeof running>[]) =>
  takesPlaces(survey, others).map(({ place, other }) => `${place} ${other.id}`);

test("a survey for everyone takes the places of the surveys that these places ask now", () => {
  const [newest, older] = [running("newest", ["thank_you"]), running("older", ["thank_you", "storefront"])];
  expect(taken(running("mine", ["thank_you", "storefront"]), [newest, older])).toEqual([
    "thank_you newest",
    "storefront older",
  ]);
  expect(taken(running("mine", ["storefront"]), [newest])).toEqual([]);
});

test("a survey takes no place of itself, of a survey that is hidden already, or where it is for a segment", () => {
  const mine = running("mine", ["thank_you"]);
  expect(taken(mine, [mine, running("hidden", ["thank_you"])])).toEqual([]);
  expect(taken(mine, [running("newer", ["thank_you"]), mine])).toEqual(["thank_you newer"]);
  expect(taken(running("mine", ["thank_you"], "s"), [running("other", ["thank_you"])])).toEqual([]);
  expect(taken(running("mine", ["storefront"]), [running("never asked", ["storefront"], "s")])).toEqual([]);
});
