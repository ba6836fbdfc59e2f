// Checks settings: a form can carry the names, the editors can draw the inputs, and the initial values parse.
import { textsOf } from "../../../field-view.ts";
import { own } from "../../../own.ts";
import { parseFields, type Field, type Fields, type Values } from "../../../fields.ts";
import type { Plugin } from "../../plugin.ts";

const NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
const INPUTS: Record<Field<unknown>["input"], true> = {
  text: true,
  "long-text": true,
  percent: true,
  money: true,
  number: true,
  choice: true,
  toggle: true,
  product: true,
  url: true,
  list: true,
  group: true,
  products: true,
  collection: true,
  collections: true,
};

/**
 * Each setting needs an initial value or must be optional, because a plugin runs before the merchant has saved any setting. `check`: the
 * plugin's own, which must accept the initial values.
 */
export function settingFaults(fields: Fields, check?: Plugin["check"]): string[] {
  const faults = fieldFaults({ noun: "setting", of: "" }, fields, ["intent", "job"]);
  if (faults.length > 0) return faults;
  const begun = parseFields(fields, textsOf(fields));
  if (begun.ok) return checkFaults(begun.value, check);
  return begun.faults.map(
    ({ field = "" }) =>
      `the setting ${field} has no value until the merchant saves one. Give it an initial, or make it optional.`,
  );
}

function checkFaults(initial: Values<Fields>, check: Plugin["check"]): string[] {
  if (check === undefined) return [];
  if (typeof check !== "function") return ["its check must be a function. Write one, or leave it out."];
  try {
    return check(initial).map(({ key }) => `its check refuses the initial settings (${key}). Give other initials.`);
  } catch (error) {
    return [`its check fails for the initial settings: ${(error as Error).message}. Correct it.`];
  }
}

/** How a fault names a field: `the NOUN name OF`, such as `the setting size of the offer kind gift`. */
type Naming = { noun: string; of: string };

/** `taken`: names that the form itself uses. */
export function fieldFaults({ noun, of }: Naming, fields: Fields, taken: readonly string[] = []): string[] {
  if (typeof fields !== "object" || fields === null)
    return [`the ${noun}s${of} must be an object of fields. Write {} if there are none.`];
  return Object.entries(fields).flatMap(([name, field]) => {
    if (!NAME.test(name) || name in {})
      return [
        `the ${noun} "${name}"${of} cannot have this name. Use letters, digits and _, a letter first, 64 at most.`,
      ];
    const what = `the ${noun} ${name}${of}`;
    if (taken.includes(name)) return [`${what} has a name that the form uses itself. Rename it.`];
    const faults = faultsOf(what, field);
    return faults.length > 0 ? faults : conditionFaults(what, fields, name);
  });
}

/** A condition may name only fields of the same group, and only values that those fields accept. */
function conditionFaults(what: string, fields: Fields, name: string): string[] {
  return Object.entries(fields[name]?.when ?? {}).flatMap(([other, wanted]) => {
    const asked = own(fields, other);
    if (!asked?.input || asked.fields)
      return [`${what} depends on "${other}", and there is no such field beside it. Name a field beside it.`];
    if (dependsOn(fields, other, name))
      return [`${what} depends on itself through ${other}. Remove one of the conditions.`];
    const values = Array.isArray(wanted) ? (wanted as readonly string[]) : [String(wanted)];
    return values
      .filter((value) => !passes(asked, value))
      .map(
        (value) =>
          `${what} is shown while ${other} is "${value}", and ${other} cannot have this value. Name another value.`,
      );
  });
}

const dependsOn = (fields: Fields, name: string, on: string, seen: readonly string[] = []): boolean =>
  name === on ||
  Object.keys(own(fields, name)?.when ?? {}).some(
    (other) => !seen.includes(other) && dependsOn(fields, other, on, [...seen, name]),
  );

function faultsOf(what: string, field: Field<unknown> | null | undefined): string[] {
  if (!field || !Object.hasOwn(INPUTS, field.input) || typeof field.parse !== "function")
    return [`${what} is not a field. Make it with field.text, field.percent or another function of app/fields.ts.`];
  if (field.input === "group") return groupFaults(what, field);
  const faults: string[] = [];
  const texts = [field.label, ...(field.help === undefined ? [] : [field.help])];
  if (texts.some((text) => typeof text !== "string" || text.trim() === ""))
    faults.push(`${what} has an empty label or help. Give the key of a text in the plugin's locales/en.json.`);
  faults.push(...choiceFaults(what, field));
  if (field.optional && !passes(field, ""))
    faults.push(`${what} is optional, and its own check refuses an empty text. Accept it, or leave out optional.`);
  if (field.initial !== null && !passes(field, field.initial))
    faults.push(
      `${what} has the initial ${JSON.stringify(field.initial)}, and its own check refuses this value. Give another initial.`,
    );
  return faults;
}

function choiceFaults(what: string, { input, choices = [] }: Field<unknown>): string[] {
  if (input === "choice" && choices.length === 0) return [`${what} has no choices. Give it at least one.`];
  return choices.some(({ value }) => value.trim() === "")
    ? [`${what} has a choice with an empty value. Give the choice a value.`]
    : [];
}

function groupFaults(what: string, { label, fields }: Field<unknown>): string[] {
  if (typeof label !== "string" || label.trim() === "")
    return [`${what} has an empty label. Give the key of a text in the plugin's locales/en.json.`];
  return fields
    ? fieldFaults({ noun: "field", of: ` of ${what}` }, fields)
    : [`${what} has no fields. Give it at least one.`];
}

function passes(field: Field<unknown>, input: unknown): boolean {
  try {
    return field.parse(input).ok;
  } catch {
    return false;
  }
}
