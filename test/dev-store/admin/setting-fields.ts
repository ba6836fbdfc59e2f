// Inputs for the settings of a block or a UI extension, and the values of a posted form.

import type { SettingField } from "../storefront/extension-files.ts";
import { html, type Html } from "./chrome.ts";

const NUMBERS = new Set(["range", "number", "number_integer", "number_decimal"]);

export function drawField(field: SettingField, prefix: string, value: unknown): Html {
  const name = `${prefix}${field.id}`;
  const text = typeof value === "string" || typeof value === "number" ? String(value) : "";
  const flag = (on: boolean, word: string): Html => ({ html: on ? word : "" });
  if (field.type === "checkbox" || field.type === "boolean") {
    return html`<label class="check"
      ><input type="checkbox" name="${name}" ${flag(value === true, "checked")} /> ${field.label}</label
    >`;
  }
  if (field.type === "select" || field.type === "radio") {
    const options = (field.options ?? []).map(
      (option) =>
        html`<option value="${option.value}" ${flag(option.value === text, "selected")}>${option.label}</option>`,
    );
    return html`<label
      >${field.label}<select name="${name}">
        ${options}
      </select></label
    >`;
  }
  if (field.type === "textarea" || field.type === "multi_line_text_field") {
    return html`<label>${field.label}<textarea name="${name}" rows="3">${text}</textarea></label>`;
  }
  // A colour may be empty. An input of type color never is empty and would save black, so a text input is used.
  const type = NUMBERS.has(field.type) ? "number" : "text";
  return html`<label>${field.label}<input type="${type}" name="${name}" value="${text}" /></label>`;
}

export function readSettings(fields: SettingField[], prefix: string, form: URLSearchParams): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  for (const { id, type } of fields) {
    const value = form.get(`${prefix}${id}`);
    if (type === "checkbox" || type === "boolean") settings[id] = value !== null;
    else if (value === null || value === "") continue;
    else settings[id] = NUMBERS.has(type) ? Number(value) : value;
  }
  return settings;
}

/** The fields of a schema that have a value. Headings and paragraphs have none. */
export function fieldsOf(settings: SettingField[] = []): SettingField[] {
  return settings.filter(({ id }) => id !== undefined);
}
