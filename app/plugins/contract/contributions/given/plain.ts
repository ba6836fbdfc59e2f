// Checks that what plugins return is plain JSON that the database can store and a page can draw. Throws PluginMistake.
import { PluginMistake } from "../../../../errors.ts";

/** Refuses NaN and Infinity, and spellings such as "1e5" that PostgreSQL would read as numbers. */
const DECIMAL = /^-?\d{1,30}(\.\d{1,20})?$/;
const MOST_LETTERS = 256 * 1024;
const DEEPEST = 8;

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
export const isNumber = (value: unknown): boolean => typeof value === "string" && DECIMAL.test(value);
export const isTextOrNull = (value: unknown): boolean => value === null || typeof value === "string";
/** A path here, or an address on the web. */
export const isLink = (value: unknown): boolean =>
  typeof value === "string" && /^(?:\/(?![/\\])|https?:\/\/)\S*$/.test(value);
export const said = (value: unknown): string =>
  typeof value === "string" ? `"${value.slice(0, 40)}"` : value === null ? "null" : typeof value;

/** Describes a value without quoting it, because a text may be personal data. */
export const numberSaid = (value: unknown): string =>
  /^(NaN|-?Infinity|undefined)$/.test(String(value))
    ? String(value)
    : typeof value === "string"
      ? "a text that is not a decimal number"
      : `a ${typeof value}`;

export function need(holds: boolean, mistake: string): asserts holds {
  if (!holds) throw new PluginMistake(mistake);
}

/** Throws unless `list` is a list of at most `most` objects. `noun`: of one of them, such as `row`. */
export function needRecords(list: unknown, noun: string, most: number): void {
  need(Array.isArray(list), `its ${noun}s must be a list`);
  need(list.length <= most, `it gives ${list.length} ${noun}s, and ${most} is the most`);
  need(list.every(isRecord), `one of its ${noun}s is no object`);
}

/** Copies what a plugin returned, so that the core reads only what was checked: no getter, no circle and no class. */
export function plainCopy<Given>(given: Given): Given {
  let left = MOST_LETTERS;
  const spend = (letters: number) => {
    left -= letters;
    need(left >= 0, `it gives more than ${MOST_LETTERS} letters: give less`);
  };
  const text = (value: string) => {
    need(value.isWellFormed() && !value.includes("\0"), "it gives a text with NUL or half a character: take that out");
    spend(value.length);
    return value;
  };
  const copy = (value: unknown, depth: number): unknown => {
    need(
      depth <= DEEPEST,
      `it gives values within each other, deeper than ${DEEPEST}: give fewer levels, and no circle`,
    );
    spend(1);
    if (typeof value === "string") return text(value);
    if (Array.isArray(value)) return Array.from(value, (each) => copy(each, depth + 1));
    if (isRecord(value)) {
      const entries = Object.entries(value).filter(([, each]) => each !== undefined);
      return Object.fromEntries(entries.map(([name, each]) => [text(name), copy(each, depth + 1)]));
    }
    need(!["bigint", "function", "symbol"].includes(typeof value), `it gives a ${typeof value}: give text`);
    return value;
  };
  return copy(given, 0) as Given;
}
