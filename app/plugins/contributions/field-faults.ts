// Settings as the contract lets them through: names that a form can carry, inputs that are drawn, beginnings that pass.
import type { Field, Fields } from "../../fields.ts";

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
};

/** A plugin is given its settings before the merchant has set any. `job` and `intent` are names that the page's form uses. */
export function settingFaults(fields: Fields): string[] {
  const faults = fieldFaults("the setting", fields, ["intent", "job"]);
  if (faults.length > 0) return faults;
  return Object.entries(fields)
    .filter(([, { initial, optional, choices = [] }]) => initial === null && !optional && choices.length === 0)
    .map(([name]) => `the setting ${name} is nothing until it is set. Give it an initial, or make it optional.`);
}

/** `taken` are names that the form uses itself. */
export function fieldFaults(what: string, fields: Fields, taken: readonly string[] = []): string[] {
  if (typeof fields !== "object" || fields === null)
    return [`${what} is none: settings are a record of fields, {} for none.`];
  return Object.entries(fields).flatMap(([name, field]) => {
    if (!NAME.test(name) || name in {})
      return [`${what} "${name}" has a name that no form can carry. Use letters, digits and _, a letter first.`];
    if (taken.includes(name)) return [`${what} ${name} has a name that the form uses itself. Rename it.`];
    return faultsOf(`${what} ${name}`, field);
  });
}

function faultsOf(what: string, field: Field<unknown> | null | undefined): string[] {
  if (!field || !Object.hasOwn(INPUTS, field.input) || typeof field.parse !== "function")
    return [`${what} is no field. Make it with field.text, field.percent and the like of app/fields.ts.`];
  const faults: string[] = [];
  const texts = [field.label, ...(field.help === undefined ? [] : [field.help])];
  if (texts.some((text) => typeof text !== "string" || text.trim() === ""))
    faults.push(`${what} has a label or a help without words. Give the key of a text in the plugin's locales/en.json.`);
  if (field.input === "choice" && (field.choices ?? []).length === 0)
    faults.push(`${what} has nothing to choose from. Give it choices.`);
  if ((field.choices ?? []).some(({ value }) => value.trim() === ""))
    faults.push(`${what} has a choice without a value. Give it one.`);
  if (field.optional && !passes(field, ""))
    faults.push(`${what} is optional, and refuses to be left empty. Leave out optional, or take an empty text.`);
  if (field.initial !== null && !passes(field, field.initial))
    faults.push(`${what} begins with ${JSON.stringify(field.initial)}, which it refuses itself. Give another initial.`);
  return faults;
}

function passes(field: Field<unknown>, input: unknown): boolean {
  try {
    return field.parse(input).ok;
  } catch {
    return false;
  }
}
