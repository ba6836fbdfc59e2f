import { expect, test } from "vitest";
import { gatherAnswers } from "./gather-answers.ts";

const entry = (id: string, kind: string, response?: string) => ({
  ...{ id, kind, at: new Date(0), source: "surveys", data: response === undefined ? {} : { response } },
});

test("the answers of one response are one entry, oldest first, and other entries stay where they are", () => {
  const entries = [
    entry("4", "survey.answered", "r1"),
    entry("3", "order.placed"),
    entry("2", "survey.answered", "r1"),
    entry("1", "survey.answered", "r0"),
    entry("0", "order.placed"),
  ];
  const gathered = gatherAnswers(entries).map(({ entry: { id }, answers }) => [id, ...answers.map((each) => each.id)]);
  expect(gathered).toEqual([["4", "2", "4"], ["3"], ["1", "1"], ["0"]]);
});
