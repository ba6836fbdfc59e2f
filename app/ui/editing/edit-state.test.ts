import { expect, test } from "vitest";
import { withSaved, isDirty, shownFaults, theirsOf, type EditState } from "./edit-state.ts";

const at = (version: string, name: string) => ({ version, draft: { name } });
const stateWith = (part: Partial<EditState<{ name: string }>> = {}): EditState<{ name: string }> => ({
  base: at("1", "a"),
  draft: { name: "a" },
  sent: { name: "a" },
  accepted: false,
  ...part,
});

test("text that was typed while a save ran stays, and is not saved yet", () => {
  const saving = stateWith({ draft: { name: "abc" }, sent: { name: "ab" }, accepted: true });
  expect(withSaved(saving, at("1", "a"), false)).toBe(saving);
  const after = withSaved(saving, at("2", "ab"), false);
  expect(after).toMatchObject({ draft: { name: "abc" }, base: at("2", "ab"), accepted: false });
  expect(isDirty(after)).toBe(true);
});

test("where nothing was typed since the save, the editor shows the saved data", () => {
  const after = withSaved(
    stateWith({ draft: { name: " ab" }, sent: { name: " ab" }, accepted: true }),
    at("2", "ab"),
    true,
  );
  expect(after.draft).toEqual({ name: "ab" });
  expect(isDirty(after)).toBe(false);
});

test("a save that changed nothing also ends", () => {
  const after = withSaved(
    stateWith({ draft: { name: "a " }, sent: { name: "a " }, accepted: true }),
    at("1", "a"),
    true,
  );
  expect(after).toMatchObject({ draft: { name: "a" }, accepted: false });
});

test("another person's save replaces an unchanged draft, and is shown beside a changed draft", () => {
  expect(withSaved(stateWith(), at("2", "b"), true)).toMatchObject({ draft: { name: "b" }, base: at("2", "b") });
  const typed = stateWith({ draft: { name: "mine" } });
  expect(withSaved(typed, at("2", "theirs"), true)).toBe(typed);
  expect(theirsOf(typed, at("2", "theirs"))).toEqual({ before: { name: "a" }, after: { name: "theirs" } });
});

test("another person's save of equal data is no conflict", () => {
  const typed = stateWith({ draft: { name: "mine" } });
  expect(theirsOf(withSaved(typed, at("2", "a"), true), at("2", "a"))).toBeNull();
  expect(theirsOf(withSaved(typed, at("2", "mine"), true), at("2", "mine"))).toBeNull();
});

test("a fault disappears when its field is corrected; other faults stay", () => {
  const whole = { key: "x.whole" };
  const faults = [{ key: "app.field.missing", field: "name" }, whole];
  const partOf = (draft: { name: string }, name: string) => (name === "name" ? draft.name : undefined);
  const refused = stateWith({ draft: { name: "" }, sent: { name: "" } });
  expect(shownFaults(faults, refused, at("1", "a"), partOf)).toEqual(faults);
  expect(shownFaults(faults, { ...refused, draft: { name: "b" } }, at("1", "a"), partOf)).toEqual([whole]);
});
