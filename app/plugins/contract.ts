// What the types of the contract let through and no engine can honour. Each fault is a sentence that says how to mend it.
import { fieldFaults } from "./contract-fields.ts";
import { attributeFaults } from "./contract-language.ts";
import { isEverDue, parseCron } from "./cron.ts";
import type { Plugin } from "./plugin.ts";

const PLUGIN_NAME = /^[a-z][a-z0-9-]{0,49}$/;
const MEMBER_NAME = /^[a-z][a-z0-9_-]{0,99}$/;
const MEMBERS: Record<keyof Plugin, true> = {
  name: true,
  label: true,
  description: true,
  topics: true,
  scopes: true,
  settings: true,
  attributes: true,
  webhooks: true,
  offerKinds: true,
  questionKinds: true,
  cards: true,
  jobs: true,
};
const CHARTS = ["bars", "scale", "texts"];
const PLACES = ["home", "customer"];
/** Settled by the app itself, or told to it alone by law. */
const PRIVATE_TOPICS = ["customers/data_request", "customers/redact", "shop/redact"];

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
          ...textFaults("", plugin, ["label", "description"]),
          ...fieldFaults("the setting", plugin.settings ?? {}, ["intent"]),
          ...attributeFaults(plugin),
          ...webhookFaults(plugin),
          ...offerKindFaults(plugin),
          ...questionKindFaults(plugin),
          ...cardFaults(plugin),
          ...jobFaults(plugin),
        ];
  return faults.map((fault) => `Plugin "${plugin.name}": ${fault}`);
}

const LISTS = ["topics", "scopes"] as const;
const RECORDS = ["attributes", "offerKinds", "questionKinds", "cards", "jobs"] as const;
const isRecord = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);

/** What no other look can be taken at: a list that is none, a record that is none or holds nothing under a name. */
function shapeFaults(plugin: Plugin): string[] {
  const lists = LISTS.filter((member) => {
    const list: unknown = plugin[member] ?? [];
    return !Array.isArray(list) || list.some((text) => typeof text !== "string");
  });
  const records = RECORDS.flatMap((member) => {
    const record: unknown = plugin[member] ?? {};
    if (!isRecord(record)) return [`its ${member} are no record. Give { name: … }, or leave them out.`];
    const empty = Object.entries(record as object).filter(([, value]) => !isRecord(value));
    return empty.map(([name]) => `"${name}" in its ${member} is none. Define it, or take it out.`);
  });
  return [...lists.map((member) => `its ${member} are no list of texts. Give ["…"], or leave them out.`), ...records];
}

function unknownMembers(plugin: Plugin): string[] {
  const unknown = Object.keys(plugin).filter((member) => !Object.hasOwn(MEMBERS, member));
  return unknown.map((member) => `nothing reads "${member}". Use one of ${Object.keys(MEMBERS).join(", ")}.`);
}

/** Members of a thing that must be a key of the words. */
function textFaults(what: string, thing: object, members: readonly string[]): string[] {
  const has = (member: string) => {
    const text = (thing as Record<string, unknown>)[member];
    return typeof text === "string" && text.trim() !== "";
  };
  const owner = what === "" ? "it" : what;
  return members
    .filter((member) => !has(member))
    .map((member) => `${owner} has no ${member}. Give the key of a text in the plugin's locales/en.json.`);
}

function nameFaults(what: string, name: string): string[] {
  if (MEMBER_NAME.test(name) && !(name in {})) return [];
  return [`${what} "${name}" has a name that cannot be kept. Use lower-case letters, digits, _ and -, a letter first.`];
}

/** Functions that a thing must have. */
const functionFaults = (what: string, thing: object, members: readonly string[]): string[] =>
  members
    .filter((member) => typeof (thing as Record<string, unknown>)[member] !== "function")
    .map((member) => `${what} has no function ${member}. Write one.`);

const among = (what: string, member: string, value: unknown, allowed: readonly string[]): string[] =>
  allowed.includes(String(value))
    ? []
    : [`${what} has the ${member} "${String(value)}". Use one of ${allowed.join(", ")}.`];

function webhookFaults({ webhooks = {}, topics = [] }: Plugin): string[] {
  return [
    ...Object.entries(webhooks).flatMap(([topic, handler]) => [
      ...(typeof handler === "function" ? [] : [`the webhook ${topic} has no function. Write one.`]),
      ...(PRIVATE_TOPICS.includes(topic)
        ? [
            `the webhook ${topic} is answered by the app alone. Take it out: a plugin's records are redacted and exported.`,
          ]
        : []),
    ]),
    ...topics.filter((topic) => topic.trim() === "").map(() => `it lists a topic without a name. Take it out.`),
  ];
}

function offerKindFaults({ offerKinds = {} }: Plugin): string[] {
  return Object.entries(offerKinds).flatMap(([name, kind]) => {
    const what = `the offer kind ${name}`;
    const { audience } = kind as { audience?: unknown };
    return [
      ...nameFaults("the offer kind", name),
      ...textFaults(what, kind, ["label"]),
      ...functionFaults(what, kind, ["resolve", ...(audience === undefined ? [] : ["audience"])]),
      ...fieldFaults(`${what} has a setting, and`, kind.settings),
    ];
  });
}

function questionKindFaults({ questionKinds = {} }: Plugin): string[] {
  return Object.entries(questionKinds).flatMap(([name, kind]) => {
    const what = `the question kind ${name}`;
    return [
      ...nameFaults("the question kind", name),
      ...textFaults(what, kind, ["label"]),
      ...functionFaults(what, kind, ["shape", "check"]),
      ...among(what, "chart", kind.chart, CHARTS),
      ...fieldFaults(`${what} has a setting, and`, kind.settings),
    ];
  });
}

function cardFaults({ cards = {} }: Plugin): string[] {
  return Object.entries(cards).flatMap(([name, card]) => {
    const what = `the card ${name}`;
    return [
      ...nameFaults("the card", name),
      ...textFaults(what, card, ["label"]),
      ...functionFaults(what, card, ["resolve"]),
      ...among(what, "place", card.place, PLACES),
    ];
  });
}

function jobFaults({ jobs = {} }: Plugin): string[] {
  return Object.entries(jobs).flatMap(([name, job]) => [
    ...nameFaults("the job", name),
    ...functionFaults(`the job ${name}`, job, ["run"]),
    ...cronFaults(name, job.cron),
  ]);
}

function cronFaults(name: string, cron: string): string[] {
  try {
    parseCron(cron);
  } catch {
    return [
      `the job ${name} has the cron line "${cron}", which is none. Write five fields of numbers, such as "0 3 * * *".`,
    ];
  }
  return isEverDue(cron) ? [] : [`the job ${name} has the cron line "${cron}", a day that never comes. Name another.`];
}
