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
      `the attribute "${name}" has a name that a query cannot write. Use letters, digits and _, a letter first, and no keyword of the segment language.`,
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
  if (!Array.isArray(entry.reads) && entry.flips !== undefined)
    return [`${what} has flips and no reads. Write into reads what else changes it, or [] if only time does.`];
  const reads: readonly string[] = Array.isArray(entry.reads) ? entry.reads : [];
  const known: readonly string[] = READS;
  const unknown = reads.filter((read) => !known.includes(read) && !RECORDS.test(read));
  const changes = reads.length > 0 || entry.flips !== undefined;
  const choices = `${known.join(", ")}, records:KIND`;
  return [
    ...(changes
      ? []
      : [
          `${what} has neither reads nor flips. Write into reads what changes it (${choices}), or into flips whom time changes.`,
        ]),
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
    faults.push(`${what} has anyCase and the type ${entry.type}. Only a text has capital letters. Leave out anyCase.`);
  return faults;
}

function functionFaults(what: string, name: string, entry: PluginFunction): string[] {
  const faults = "type" in entry ? [`${what} has params and a type. A function has params, an attribute a type.`] : [];
  const params: Record<string, PluginFunction["params"][string] | null> | null = entry.params;
  for (const [param, shape] of Object.entries(params ?? {})) {
    const each = `the parameter "${param}" of ${what}`;
    if (typeof shape !== "object" || shape === null) {
      faults.push(`${each} has no definition. Give it a label and a type.`);
      continue;
    }
    const query = (value: string) => `${name} MATCHES (${param} = ${value})`;
    if (!canAsk(query("1"), param)) {
      faults.push(
        `${each} has a name that a query cannot write. Use letters, digits and _, a letter first, and no keyword of the segment language.`,
      );
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
      faults.push(
        `${each} has the type ${hidden} after a type that takes all its values. List ${hidden} first, each type once.`,
      );
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
      faults.push(`${what} lists the value ${JSON.stringify(value)}, and a query cannot write it. Use another value.`);
  if (suggest !== undefined && typeof suggest !== "function")
    faults.push(`${what} has a suggest, and it is not a function. Write one, or leave it out.`);
  return [...faults, ...namedFaults(what, values, named)];
}

function namedFaults(what: string, values: readonly string[] | undefined, named: Named | undefined): string[] {
  const faults: string[] = [];
  if (named !== undefined && (named === null || !/string|object/.test(typeof named)))
    return [`${what} has named: ${String(named)}. Use one of ${CODES.join(", ")}, or a label for each value.`];
  if (typeof named === "string" && !CODES.includes(named))
    faults.push(`${what} has named: "${named}". Use one of ${CODES.join(", ")}, or a label for each value.`);
  const extra = typeof named === "object" && values ? Object.keys(named).filter((each) => !values.includes(each)) : [];
  for (const value of extra)
    faults.push(
      `${what} has a label for "${value}", and "${value}" is not in its values. Add it to values, or remove the label.`,
    );
  return faults;
}
