import { expect, test } from "vitest";
import { RATIO_ALARM, sampleRatio } from "../../app/experiments/statistics/sample-ratio.ts";
import { randomFrom } from "./stream.ts";

const PEOPLE = 20_000;
const EVERY = 50;

/** How many of the next people are in the first arm. Each number of them is as likely as if the people were drawn one by one. */
function drawOf(share: number): (random: () => number) => number {
  const upTo: number[] = [];
  let chance = (1 - share) ** EVERY;
  for (let count = 0, sum = 0; count <= EVERY; count++) {
    upTo.push((sum += chance));
    chance *= ((EVERY - count) / (count + 1)) * (share / (1 - share));
  }
  return (random) => {
    const place = random();
    let count = 0;
    while (count < EVERY && place >= (upTo[count] ?? 1)) count += 1;
    return count;
  };
}

/** Of streams whose first arm has `share` of the people where `planned` were planned: the part that is ever below the limit. */
function shareBelow(limit: number, streams: number, share: number, planned: number): number {
  const draw = drawOf(share);
  let below = 0;
  for (let seed = 1; seed <= streams; seed++) {
    const random = randomFrom(seed);
    let [first, lowest] = [0, 1];
    for (let all = EVERY; all <= PEOPLE; all += EVERY) {
      first += draw(random);
      lowest = sampleRatio([first, all - first], [planned, 1 - planned], lowest);
    }
    if (lowest < limit) below += 1;
  }
  return below / streams;
}

test.each([0.5, 0.1])(
  "of 10,000 fair streams with %d in the first arm, at most 1 of 100 are ever suspect at .01",
  (share) => {
    expect(shareBelow(0.01, 10_000, share, share)).toBeLessThanOrEqual(0.01);
  },
);

test("a leak from 50 to 48 of 100 people is found by 20,000 people in at least 90 of 100 streams", () => {
  expect(shareBelow(RATIO_ALARM, 1000, 0.52, 0.5)).toBeGreaterThanOrEqual(0.9);
});
