// Checks attributes and functions. The query parser itself says whether a query can name an attribute, a parameter or a value.
import { READS } from "../../../customers/change.ts";
import type { Named, ValueType } from "../../../segments/attribute.ts";
import { CLAUSE_OPERATORS, PARAM_OPERATORS, typesOf } from "../../../segments/query/check.ts";
import { readNamedDay } from "../../../segments/query/grammar/date-literal.ts";
import { quoteText } from "../../../segments/query/grammar/format.ts";
import { parse } from "../../../segments/query/grammar/parse.ts";
import type { Plugin, PluginAttribute, PluginFunction } from "../../plugin.ts";

const CODES = ["country", "region", "city", "language"];
/** Words of the language that the grammar also reads as names. */
const OWN_WORDS = ["anniversary", "true", "false"];
const NUMBERS = ["float", "integer", "id"];
const TEXTS = ["string", "enum"];

/** A read of the plugin's own records of a kind. */
const RECORDS = /^records:[a-z][a-z0-9_-]{0,99}$/;

type Entry = PluginAttribute | PluginFunction;

const isFunction = (entry: Entry): entry is PluginFunction => "params" in entry;

export function attributeFaults(name: string, entry: Entry, { name: plugin }: Plugin): string[] {
  const isAsked = isFunction(entry) ? `${name} MATCHES ()` : `${name} = 1`;
  if (!canAsk(isAsked, name))
    return [
      `the attribute "${name}" cannot be asked for in a query. Use letters, digits and _, and no word of the language itself.`,
    ];
  const what = `the attribute ${name}`;
  return [
    ...labelFaults(what, entry),
    ...readsFaults(what, plugin, entry),
    ...(typeof entry.sql === "function" ? [] : [`${what} has no function sql. Write one.`]),
    ...(isFunction(entry) ? functionFaults(what, name, entry) : plainFaults(what, name, entry)),
  ];
}

function canAsk(query: string, name: string): boolean {
  if (name in {} || OWN_WORDS.includes(name.toLowerCase()) || readNamedDay(name)) return false;
  const parsed = parse(query);
  if (!parsed.ok || !("name" in parsed.query)) return false;
  const { query: clause } = parsed;
  return clause.kind === "matches" && clause.params[0]
    ? clause.params[0].name.text === name
    : clause.name.text === name;
}

const labelFaults = (what: string, { label }: { label: string }): string[] =>
  typeof label === "string" && label.trim() !== ""
    ? []
    : [`${what} has no label. Give the key of a text in the plugin's locales/en.json.`];

function readsFaults(what: string, plugin: string, entry: Entry): string[] {
  const reads: readonly string[] = Array.isArray(entry.reads) ? entry.reads : [];
  const known: readonly string[] = READS;
  const unknown = reads.filter((read) => !known.includes(read) && !RECORDS.test(read));
  const changes = reads.length > 0 || entry.flips !== undefined;
  const choices = `${known.join(", ")}, records:KIND`;
  return [
    ...(changes
      ? []
      : [`${what} never changes: say in reads what changes it (${choices}), or in flips whom time changes.`]),
    ...unknown.map((read) =>
      read.startsWith(`plugin:${plugin}`)
        ? `${what} reads "${read}". Name a kind of the plugin's own records: records:KIND.`
        : `${what} reads "${read}". Use ${choices}.`,
    ),
  ];
}

function plainFaults(what: string, name: string, entry: PluginAttribute): string[] {
  if (!Object.hasOwn(CLAUSE_OPERATORS, entry.type))
    return [`${what} has the type "${entry.type}". Use one of ${Object.keys(CLAUSE_OPERATORS).join(", ")}.`];
  const faults = valueFaults(what, [entry.type], entry, (value) => `${name} = ${quoteText(value)}`, name);
  if (entry.anyCase && !/string|enum/.test(entry.type))
    faults.push(`${what} is of the type ${entry.type}, which has no capital letters. Leave out anyCase.`);
  return faults;
}

function functionFaults(what: string, name: string, entry: PluginFunction): string[] {
  const faults = "type" in entry ? [`${what} has params and a type. A function has params, an attribute a type.`] : [];
  const params: Record<string, PluginFunction["params"][string] | null> | null = entry.params;
  for (const [param, shape] of Object.entries(params ?? {})) {
    const each = `${what} has the parameter "${param}", which`;
    if (typeof shape !== "object" || shape === null) {
      faults.push(`${each} is none. Give it a label and a type.`);
      continue;
    }
    const query = (value: string) => `${name} MATCHES (${param} = ${value})`;
    if (!canAsk(query("1"), param)) {
      faults.push(`${each} cannot be asked for. Use letters, digits and _, and no word of the language itself.`);
      continue;
    }
    if (labelFaults(each, shape).length > 0)
      faults.push(`${each} has no label. Give the key of a text in the plugin's locales/en.json.`);
    const types = typesOf(shape.type ?? []);
    const wrong = types.filter((type) => !Object.hasOwn(PARAM_OPERATORS, type));
    if (types.length === 0 || wrong.length > 0) {
      faults.push(
        `${each} has the type "${String(shape.type)}". Use one of ${Object.keys(PARAM_OPERATORS).join(", ")}.`,
      );
      continue;
    }
    const hidden = types.find((type, at) => types.slice(0, at).some((before) => takes(before, type)));
    if (hidden)
      faults.push(`${each} never gets as far as its type ${hidden}. Name the narrower type first, each once.`);
    faults.push(...valueFaults(each, types, shape, (value) => query(quoteText(value)), param));
  }
  return faults;
}

/** True if every literal of the narrower type is also a literal of the wider type. */
function takes(wider: ValueType, narrower: ValueType): boolean {
  if (wider === narrower) return true;
  if (TEXTS.includes(wider) && TEXTS.includes(narrower)) return true;
  return NUMBERS.includes(wider) && NUMBERS.indexOf(narrower) > NUMBERS.indexOf(wider);
}

type Valued = { values?: readonly string[]; named?: Named; suggest?: unknown };

function valueFaults(
  what: string,
  types: readonly string[],
  { values, named, suggest }: Valued,
  query: (value: string) => string,
  name: string,
): string[] {
  const faults: string[] = [];
  if (values && !types.some((type) => type.includes("enum")))
    faults.push(`${what} lists values, and its type is not enum. Make it enum, or leave out values.`);
  if (values?.length === 0) faults.push(`${what} lists no values. Name some, or leave out values.`);
  if (values && new Set(values).size < values.length) faults.push(`${what} lists a value twice. Name each once.`);
  for (const value of values ?? [])
    if (typeof value !== "string" || !canAsk(query(value), name))
      faults.push(`${what} lists the value ${JSON.stringify(value)}, which no query can write. Name another.`);
  if (suggest !== undefined && typeof suggest !== "function")
    faults.push(`${what} has a suggest that is no function. Write one, or leave it out.`);
  return [...faults, ...namedFaults(what, values, named)];
}

function namedFaults(what: string, values: readonly string[] | undefined, named: Named | undefined): string[] {
  const faults: string[] = [];
  if (typeof named === "string" && !CODES.includes(named))
    faults.push(`${what} is named by "${named}". Use one of ${CODES.join(", ")}, or a label for each value.`);
  const extra = typeof named === "object" && values ? Object.keys(named).filter((each) => !values.includes(each)) : [];
  for (const value of extra) faults.push(`${what} names the value "${value}", which is not in values. Add it there.`);
  return faults;
}
