// Checks what the types of the contract cannot check. Each fault is a sentence that says how to correct the plugin.
import { METAFIELD_OWNERS } from "../../customers/facts/metafields.server.ts";
import { CONTRACT, type Plugin } from "../plugin.ts";
import { choiceFaults, nameFaults, textFaults } from "./contributions/contribution.ts";
import { isOfTheApp } from "./contributions/events.server.ts";
import { settingFaults } from "./contributions/field-faults.ts";
import { addedBy, CONTRIBUTION_LIST, CONTRIBUTIONS } from "./contributions.server.ts";

const PLUGIN_NAME = /^[a-z][a-z0-9-]{0,49}$/;
const OWN_MEMBERS = [
  "name",
  "contract",
  "label",
  "description",
  "topics",
  "scopes",
  "settings",
  "check",
  "metafields",
  "sends",
  "emits",
];
const MEMBERS = [...OWN_MEMBERS, ...Object.keys(CONTRIBUTIONS)];

export function contractFaults(plugin: Plugin): string[] {
  if (typeof plugin.name !== "string" || !PLUGIN_NAME.test(plugin.name)) {
    return [
      `"${plugin.name}" cannot be a plugin's name: use lower-case letters, digits and -, a letter first, 50 at most.`,
    ];
  }
  const shapes = shapeFaults(plugin);
  const faults =
    shapes.length > 0
      ? shapes
      : [
          ...unknownMembers(plugin),
          ...versionFaults(plugin),
          ...textFaults("", plugin, ["label", "description"]),
          ...settingFaults(plugin.settings === undefined ? {} : plugin.settings, plugin.check),
          ...topicFaults(plugin),
          ...metafieldFaults(plugin),
          ...sendFaults(plugin),
          ...emitFaults(plugin),
          ...CONTRIBUTION_LIST.flatMap(([kind, contribution]) =>
            Object.entries(addedBy(plugin, kind)).flatMap(([name, it]) => contribution.faults(name, it, plugin)),
          ),
        ];
  return faults.map((fault) => `Plugin "${plugin.name}": ${fault}`);
}

const LISTS = ["topics", "scopes", "emits"] as const;
const OCCASIONS: readonly string[] = ["onInstalled", "onHistory"];
const isRecord = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);

/** Checks that lists are lists and records are records. Where one isn't, the other checks would throw and are left out. */
function shapeFaults(plugin: Plugin): string[] {
  const lists = LISTS.filter((member) => {
    const list: unknown = plugin[member] ?? [];
    return !Array.isArray(list) || list.some((text) => typeof text !== "string");
  });
  const records = CONTRIBUTION_LIST.flatMap(([kind, { isFunction }]) => {
    const record: unknown = plugin[kind] ?? {};
    if (!isRecord(record) && !(isFunction && typeof record === "function"))
      return [
        OCCASIONS.includes(kind)
          ? `its ${kind} must be a function. Write one, or leave it out.`
          : `its ${kind} must be an object. Write { name: … }, or leave it out.`,
      ];
    const empty = isFunction ? [] : Object.entries(record as object).filter(([, value]) => !isRecord(value));
    return empty.map(([name]) => `"${name}" in its ${kind} has no definition. Define it, or remove it.`);
  });
  return [...lists.map((member) => `its ${member} must be a list of texts. Write ["…"], or leave it out.`), ...records];
}

function unknownMembers(plugin: Plugin): string[] {
  const unknown = Object.keys(plugin).filter((member) => !MEMBERS.includes(member));
  return unknown.map((member) => `its member "${member}" is not in the contract. Use one of ${MEMBERS.join(", ")}.`);
}

const versionFaults = ({ contract }: Plugin): string[] =>
  contract === CONTRACT
    ? []
    : [`it was written for the contract ${String(contract)}. Write contract: ${CONTRACT}, and read what changed.`];

const topicFaults = ({ topics = [] }: Plugin): string[] =>
  topics.filter((topic) => topic.trim() === "").map(() => `one of its topics is an empty text. Remove it.`);

const METAFIELD = /^[A-Za-z0-9_$:-]{2,255}$/;
/** What other systems call a type, and Shopify's own name of it. https://shopify.dev/docs/apps/build/metafields/list-of-data-types */
const RENAMED_TYPES = new Map([
  ...["text", "string"].map((name) => [name, "single_line_text_field"] as const),
  ...["integer", "int"].map((name) => [name, "number_integer"] as const),
  ...["number", "decimal", "float"].map((name) => [name, "number_decimal"] as const),
  ...["datetime", "timestamp"].map((name) => [name, "date_time"] as const),
  ["bool", "boolean"],
  ["json_string", "json"],
]);

function metafieldFaults({ metafields = [] }: Plugin): string[] {
  if (!Array.isArray(metafields))
    return ["its metafields must be a list. Write [{ owner, namespace, key, type }], or leave it out."];
  return metafields.flatMap((given: Partial<(typeof metafields)[number]> | null) => {
    const { owner, namespace = "", key = "", type = "" } = given ?? {};
    const what = `the metafield ${namespace}.${key}`;
    return [
      ...choiceFaults(what, "owner", owner, METAFIELD_OWNERS),
      ...(METAFIELD.test(namespace) && METAFIELD.test(key)
        ? []
        : [`${what} has a namespace or a key that Shopify refuses. Use letters, digits, _ and -, 2 to 255 of them.`]),
      ...(type === "" ? [`${what} has no type. Write Shopify's name of the type, such as "date".`] : []),
      ...typeFaults(what, type),
    ];
  });
}

function typeFaults(what: string, type: string): string[] {
  const renamed = RENAMED_TYPES.get(type.replace(/^list\./, ""));
  if (renamed === undefined) return [];
  return [`${what} has the type "${type}", which Shopify has not. Write "${/^list\./.exec(type) ?? ""}${renamed}".`];
}

const HOST = /^(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:]+\])(?::\d{1,5})?$/;

function sendFaults({ sends = [] }: Plugin): string[] {
  if (!Array.isArray(sends)) return ["its sends must be a list. Write [{ host, purpose }], or leave it out."];
  return sends.flatMap((send: Partial<(typeof sends)[number]> | null) => {
    const host = String(send?.host ?? "");
    if (!HOST.test(host))
      return [
        `the host "${host}" in its sends is not a host's name. Write the name without https:// and without a path, such as "api.example.com".`,
      ];
    return textFaults(`the host ${host} in its sends`, send ?? {}, ["purpose"]);
  });
}

function emitFaults({ name, emits = [] }: Plugin): string[] {
  if (emits.length > 0 && isOfTheApp(name))
    return [`its events would be called ${name}.…, as the app's own are. Rename the plugin.`];
  return emits.flatMap((event) => nameFaults("the event", event));
}
