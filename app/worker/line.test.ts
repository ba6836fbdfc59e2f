import { expect, test } from "vitest";
import { type Ended, openLine } from "./line.ts";

/** Shops with work, and a clock that only the test moves. */
function open(...shops: string[]) {
  let now = 0;
  const waiting = new Set(shops);
  const read = async () => [...waiting].map((shop) => ({ shop, marks: [] }));
  const line = openLine(read, () => now);
  const take = async () => {
    now += 100;
    const next = await line.next();
    return next ?? { shop: "nobody", marks: [], rows: 0 };
  };
  const turn = async (tookMs: number, how: Ended = "more") => {
    const next = await take();
    line.end(next, how, tookMs);
    return next;
  };
  return { line, waiting, take, turn, pass: (ms: number) => (now += ms) };
}

test("a shop that comes later is next as soon as a lane is free, and no shop has two turns at once", async () => {
  const { line, waiting, take } = open("heavy");
  const heavy = await take();
  expect(heavy.shop).toBe("heavy");
  expect((await take()).shop).toBe("nobody");
  line.end(heavy, "more", 5000);
  waiting.add("light");
  expect((await take()).shop).toBe("light");
  expect((await take()).shop).toBe("heavy");
});

test("shops with much work have their turns one after another", async () => {
  const { turn } = open("a", "b", "c");
  const order = [];
  for (let at = 0; at < 6; at += 1) order.push((await turn(10)).shop);
  expect(order).toEqual(["a", "b", "c", "a", "b", "c"]);
});

test("a shop whose turns take long gets fewer webhooks in a turn, and a shop whose turns are short gets more", async () => {
  const { turn } = open("heavy");
  const given = [];
  for (let at = 0; at < 8; at += 1) given.push((await turn(2000)).rows);
  expect(given).toEqual([250, 125, 62, 31, 15, 7, 5, 5]);
  for (let at = 0; at < 9; at += 1) await turn(20);
  expect((await turn(20)).rows).toBe(1000);
  await turn(500);
  expect((await turn(20, "done")).rows).toBe(1000);
});

test("a shop whose turn fails gets no turn for a second, and occupies no lane meanwhile", async () => {
  const { turn, pass } = open("broken", "other");
  expect((await turn(10, "failed")).shop).toBe("broken");
  expect((await turn(10)).shop).toBe("other");
  expect((await turn(10)).shop).toBe("other");
  pass(1000);
  expect((await turn(10)).shop).toBe("broken");
});
