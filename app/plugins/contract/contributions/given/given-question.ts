// Checks that a plugin's question has one of the closed shapes that the survey blocks draw, and its answers are storable. Throws
// PluginMistake.
import { isDay, TODAY } from "../../../../surveys/day.ts";
import type { Checked, Value } from "../../../../surveys/question-kind.ts";
import type { QuestionShape } from "../../../../surveys/wire.ts";
import { isNumber, isRecord, need, needRecords, numberSaid, plainCopy, said } from "./plain.ts";

const MOST_CHOICES = 500;
const LONGEST_TEXT = 10_000;
/** The blocks draw a button for each step. */
const MOST_STEPS = 100;

type Shape = QuestionShape["shape"];

export function checkedShape(given: QuestionShape): QuestionShape {
  need(isRecord(given), "it gives no shape: return { shape: … }");
  const shape = plainCopy(given);
  need(
    Object.hasOwn(SHAPES, String(shape.shape)),
    `its shape is ${said(shape.shape)}: use choice, scale, text or date`,
  );
  SHAPES[shape.shape](shape as never);
  return shape;
}

const SHAPES: { [S in Shape]: (shape: Extract<QuestionShape, { shape: S }>) => void } = {
  choice: ({ choices }) => checkValues(choices, "choice"),
  scale({ from, to, low, high }) {
    need(Number.isInteger(from) && Number.isInteger(to), "its scale needs from and to as whole numbers");
    need(from < to && to - from <= MOST_STEPS, `its scale needs a to above its from, by ${MOST_STEPS} at most`);
    need(typeof low === "string" && typeof high === "string", 'its scale needs low and high as texts, "" for none');
  },
  text: ({ maxLength }) =>
    need(
      Number.isInteger(maxLength) && maxLength > 0 && maxLength <= LONGEST_TEXT,
      `its text needs maxLength as a whole number from 1 to ${LONGEST_TEXT}`,
    ),
  date: ({ from, to }) =>
    need(
      [from, to].every((day) => day === null || day === TODAY || isDay(day)),
      "its from and to must each be a day such as 2026-11-28, today, or null",
    ),
};

export function checkedValues(given: Value[]): Value[] {
  const values = plainCopy(given);
  checkValues(values, "value");
  return values;
}

function checkValues(values: Value[], noun: string): void {
  needRecords(values, noun, MOST_CHOICES);
  for (const { value, label } of values)
    need(typeof value === "string" && typeof label === "string", `one of its ${noun}s has no value or no label`);
}

export function checkedAnswer(checked: Checked): Checked {
  need(isRecord(checked), "it gives no answer: return { ok: true, values } or { ok: false, fault }");
  if (!checked.ok) {
    need(isRecord(checked.fault) && typeof checked.fault.key === "string", "its fault has no key: give { key }");
    return checked;
  }
  needRecords(checked.values, "value", MOST_CHOICES);
  for (const { text, number } of checked.values) {
    need(typeof text === "string", "its answer needs a text");
    need(
      number === null || isNumber(number),
      `its answer's number is ${numberSaid(number)}: give a decimal number as text, or null`,
    );
  }
  return checked;
}
