import { expect, test } from "vitest";
import { readDraft } from "./draft.ts";

test("a survey's name, words and choices are stored without invisible characters", () => {
  const words = { label: "Where\u200B from?", choices: ["A \u2060friend"], low: "", high: "" };
  const draft = readDraft(
    JSON.stringify({
      name: "\uFEFFHow did you find us?",
      handle: "found",
      placements: ["thank_you"],
      segmentId: null,
      questions: [{ handle: "q", kind: "single", optional: false, settings: {}, words: { en: words } }],
      words: {},
    }),
  );
  expect(draft).toMatchObject({
    name: "How did you find us?",
    questions: [{ words: { en: { label: "Where from?", choices: ["A friend"] } } }],
  });
});
