import type { Span } from "./grammar/ast.ts";

type Parameters = Record<string, string | number>;

/** A fault in a query and its place. Its locale key is `segments.fault.CODE`; `faultMessage` gives Shopify's English. */
export type Fault = Span & { code: FaultCode; parameters: Parameters };

// Recorded from Shopify: blank, too_long, unexpected, filter, operator. The other messages follow the same style.
const english = {
  blank: () => "Query can't be blank",
  too_long: ({ max }) => `Query is too long (maximum is ${max} characters)`,
  unexpected: ({ text }) => `'${text}' is unexpected.`,
  incomplete: () => "query ends too early.",
  filter: ({ name }) => `'${name}' filter cannot be found.`,
  operator: ({ name, operator }) => `${name} does not support operator '${operator}'`,
  parameter: ({ name, of }) => `'${name}' parameter cannot be found for ${of}.`,
  parameter_operator: ({ name, operator }) => `${name} does not support operator '${operator}'`,
  parameter_twice: ({ name }) => `'${name}' parameter can be used only once.`,
  value: ({ name, text }) => `${text} is not a valid value for ${name}.`,
  not_in_list: ({ name, text, values }) => `'${text}' is not one of the values of ${name}: ${values}.`,
  not_in_list_near: ({ name, text, near }) => `'${text}' is not one of the values of ${name}. Did you mean '${near}'?`,
  date: ({ text }) => `'${text}' is not a valid date.`,
  list_too_long: ({ max }) => `list is too long (maximum is ${max} values).`,
  too_deep: ({ max }) => `query is nested too deeply (maximum is ${max} levels).`,
  no_history: ({ name }) => `${name} can't be used for a past day, because only its current value is known.`,
  too_large: ({ max }) => `query has too many parts (maximum is ${max}).`,
} satisfies Record<string, (parameters: Parameters) => string>;

export type FaultCode = keyof typeof english;

const WITHOUT_PLACE: readonly FaultCode[] = ["blank", "too_long"];

export const faultAt = ({ start, end, line, column }: Span, code: FaultCode, parameters: Parameters = {}): Fault => ({
  start,
  end,
  line,
  column,
  code,
  parameters,
});

/** The fault in Shopify's English, character for character where Shopify's text is known. */
export function faultMessage(fault: Fault): string {
  const text = english[fault.code](fault.parameters);
  return WITHOUT_PLACE.includes(fault.code) ? text : `Line ${fault.line} Column ${fault.column}: ${text}`;
}
