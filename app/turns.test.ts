import { expect, test } from "vitest";
import { openTurns } from "./turns.ts";

const neverAborts = new AbortController().signal;

test("two turns of one key run, the third waits, and another key does not wait", async () => {
  const turns = openTurns(2);
  const ends = [await turns.take("a", neverAborts), await turns.take("a", neverAborts)];
  const order: string[] = [];
  const third = turns.take("a", neverAborts).then((end) => order.push("third") && end);
  const fourth = turns.take("a", neverAborts).then((end) => order.push("fourth") && end);
  await turns.take("b", neverAborts);
  expect(order).toEqual([]);
  ends[0]?.();
  ends[0]?.();
  await third;
  expect(order).toEqual(["third"]);
  ends[1]?.();
  await fourth;
  expect(order).toEqual(["third", "fourth"]);
});

test("work that is aborted leaves the queue, and the next work takes the turn", async () => {
  const turns = openTurns(1);
  const end = await turns.take("a", neverAborts);
  const giveUp = new AbortController();
  const leaves = expect(turns.take("a", giveUp.signal)).rejects.toThrow("enough");
  const next = turns.take("a", neverAborts);
  giveUp.abort(new Error("enough"));
  await leaves;
  end();
  (await next)();
  await expect(turns.take("a", giveUp.signal)).rejects.toThrow("enough");
  (await turns.take("a", neverAborts))();
});

test("keys that use all their turns still leave each other key its first turn", async () => {
  const turns = openTurns(4, 3);
  const ends = await Promise.all(["a", "a", "a", "a", "b"].map((key) => turns.take(key, neverAborts)));
  const order: string[] = [];
  const second = turns.take("b", neverAborts).then((end) => {
    order.push("second of b");
    return end;
  });
  (await turns.take("c", neverAborts))();
  expect(order).toEqual([]);
  ends[0]?.();
  (await second)();
  expect(order).toEqual(["second of b"]);
  for (const end of ends) end();
  await Promise.all(["a", "a", "a", "a"].map((key) => turns.take(key, neverAborts)));
});
