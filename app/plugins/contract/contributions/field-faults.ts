// Checks settings: a form can carry the names, the editors can draw the inputs, and the initial values parse.
import { textsOf } from "../../../field-view.ts";
import { own } from "../../../own.ts";
import { parseFields, type Field, type Fields } from "../../../fields.ts";

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

/** Each setting needs an initial value or must be optional, because a plugin runs before the merchant has saved any setting. */
export function settingFaults(fields: Fields): string[] {
  const faults = fieldFaults("the setting", fields, ["intent", "job"]);
  if (faults.length > 0) return faults;
  const begun = parseFields(fields, textsOf(fields));
  return (begun.ok ? [] : begun.faults).map(
    ({ field = "" }) => `the setting ${field} is nothing until it is set. Give it an initial, or make it optional.`,
  );
}

/** `taken`: names that the form itself uses. */
export function fieldFaults(what: string, fields: Fields, taken: readonly string[] = []): string[] {
  if (typeof fields !== "object" || fields === null)
    return [`${what} is none: settings are a record of fields, {} for none.`];
  return Object.entries(fields).flatMap(([name, field]) => {
    if (!NAME.test(name) || name in {})
      return [`${what} "${name}" has a name that no form can carry. Use letters, digits and _, a letter first.`];
    if (taken.includes(name)) return [`${what} ${name} has a name that the form uses itself. Rename it.`];
    const faults = faultsOf(`${what} ${name}`, field);
    return faults.length > 0 ? faults : conditionFaults(`${what} ${name}`, fields, name);
  });
}

/** A condition may name only fields of the same group, and only values that those fields accept. */
function conditionFaults(what: string, fields: Fields, name: string): string[] {
  return Object.entries(fields[name]?.when ?? {}).flatMap(([other, wanted]) => {
    const asked = own(fields, other);
    if (!asked?.input || asked.fields) return [`${what} depends on ${other}, which is no field beside it. Name one.`];
    if (dependsOn(fields, other, name)) return [`${what} depends on itself by way of ${other}. Break the circle.`];
    const values = Array.isArray(wanted) ? (wanted as readonly string[]) : [String(wanted)];
    return values
      .filter((value) => !passes(asked, value))
      .map((value) => `${what} waits for ${other} to be "${value}", which it never is. Name another value.`);
  });
}

const dependsOn = (fields: Fields, name: string, on: string, seen: readonly string[] = []): boolean =>
  name === on ||
  Object.keys(own(fields, name)?.when ?? {}).some(
    (other) => !seen.includes(other) && dependsOn(fields, other, on, [...seen, name]),
  );

function faultsOf(what: string, field: Field<unknown> | null | undefined): string[] {
  if (!field || !Object.hasOwn(INPUTS, field.input) || typeof field.parse !== "function")
    return [`${what} is no field. Make it with field.text, field.percent and the like of app/fields.ts.`];
  if (field.input === "group") return groupFaults(what, field);
  const faults: string[] = [];
  const texts = [field.label, ...(field.help === undefined ? [] : [field.help])];
  if (texts.some((text) => typeof text !== "string" || text.trim() === ""))
    faults.push(`${what} has a label or a help without words. Give the key of a text in the plugin's locales/en.json.`);
  faults.push(...choiceFaults(what, field));
  if (field.optional && !passes(field, ""))
    faults.push(`${what} is optional, and refuses to be left empty. Leave out optional, or take an empty text.`);
  if (field.initial !== null && !passes(field, field.initial))
    faults.push(`${what} begins with ${JSON.stringify(field.initial)}, which it refuses itself. Give another initial.`);
  return faults;
}

function choiceFaults(what: string, { input, choices = [] }: Field<unknown>): string[] {
  if (input === "choice" && choices.length === 0) return [`${what} has nothing to choose from. Give it choices.`];
  return choices.some(({ value }) => value.trim() === "") ? [`${what} has a choice without a value. Give it one.`] : [];
}

function groupFaults(what: string, { label, fields }: Field<unknown>): string[] {
  if (typeof label !== "string" || label.trim() === "")
    return [`${what} has a label without words. Give the key of a text in the plugin's locales/en.json.`];
  return fields ? fieldFaults(`${what} has a field, and`, fields) : [`${what} holds no fields. Give it some.`];
}

function passes(field: Field<unknown>, input: unknown): boolean {
  try {
    return field.parse(input).ok;
  } catch {
    return false;
  }
}
