import { expect, test } from "vitest";
import { adopt, isDirty, shownFaults, theirsOf, type Held } from "./held.ts";

const at = (version: string, name: string) => ({ version, draft: { name } });
const held = (part: Partial<Held<{ name: string }>> = {}): Held<{ name: string }> => ({
  base: at("1", "a"),
  draft: { name: "a" },
  sent: { name: "a" },
  landed: false,
  ...part,
});

test("what was typed while a save ran stays, and is not saved yet", () => {
  const saving = held({ draft: { name: "abc" }, sent: { name: "ab" }, landed: true });
  expect(adopt(saving, at("1", "a"), false)).toBe(saving);
  const after = adopt(saving, at("2", "ab"), false);
  expect(after).toMatchObject({ draft: { name: "abc" }, base: at("2", "ab"), landed: false });
  expect(isDirty(after)).toBe(true);
});

test("where nothing was typed since, the editor shows what was saved, as it was saved", () => {
  const after = adopt(held({ draft: { name: " ab" }, sent: { name: " ab" }, landed: true }), at("2", "ab"), true);
  expect(after.draft).toEqual({ name: "ab" });
  expect(isDirty(after)).toBe(false);
});

test("a save that changed nothing ends too", () => {
  const after = adopt(held({ draft: { name: "a " }, sent: { name: "a " }, landed: true }), at("1", "a"), true);
  expect(after).toMatchObject({ draft: { name: "a" }, landed: false });
});

test("what others saved is taken over where nothing was typed, and shown beside what was", () => {
  expect(adopt(held(), at("2", "b"), true)).toMatchObject({ draft: { name: "b" }, base: at("2", "b") });
  const typed = held({ draft: { name: "mine" } });
  expect(adopt(typed, at("2", "theirs"), true)).toBe(typed);
  expect(theirsOf(typed, at("2", "theirs"))).toEqual({ before: { name: "a" }, after: { name: "theirs" } });
});

test("a change elsewhere that says the same stands in nobody's way", () => {
  const typed = held({ draft: { name: "mine" } });
  expect(theirsOf(adopt(typed, at("2", "a"), true), at("2", "a"))).toBeNull();
  expect(theirsOf(adopt(typed, at("2", "mine"), true), at("2", "mine"))).toBeNull();
});

test("a fault goes when its field is mended; others stay", () => {
  const whole = { key: "x.whole" };
  const faults = [{ key: "app.field.missing", field: "name" }, whole];
  const partOf = (draft: { name: string }, name: string) => (name === "name" ? draft.name : undefined);
  const refused = held({ draft: { name: "" }, sent: { name: "" } });
  expect(shownFaults(faults, refused, at("1", "a"), partOf)).toEqual(faults);
  expect(shownFaults(faults, { ...refused, draft: { name: "b" } }, at("1", "a"), partOf)).toEqual([whole]);
});
