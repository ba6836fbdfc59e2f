// The type of a kind of contribution: how its contributions are checked, labelled, bound to a shop's settings and watched.
import type { Fields, Values } from "../../../fields.ts";
import type { Shop } from "../../../shop.server.ts";
import type { Engine } from "../../../segments/memberships/live-segment.server.ts";
import type { Plugin } from "../../plugin.ts";

/** `key`: of the plugin's locales/en.json. `what`: what the text labels, for a fault's sentence. */
export type Label = { what: string; key: string };

export type Owner = { plugin: Plugin; settings: Values<Fields> };

export type Watched = { shop: Shop; plugin: string; name: string; engine: Engine };

/** `It`: what a plugin writes. `Bound`: what the engines take. */
export type Contribution<It, Bound = It> = {
  /** Names are shared by all plugins: two plugins with one name stop the boot. */
  isShared?: true;
  /** A contribution is a function, not a record. */
  isFunction?: true;
  /** The most milliseconds that a call may take. Synchronous functions have no limit. */
  limitMs?: number;
  /** Each fault is a sentence that says how to correct the plugin. */
  faults(name: string, it: It, plugin: Plugin): string[];
  /** The keys that must have a text. The plugin's page shows the first. */
  labels(name: string, it: It): Label[];
  bind(it: It, owner: Owner): Bound;
  /** Wraps the contribution so that a failure marks its plugin and is then thrown on to the domain that called it. */
  watch?(bound: Bound, watched: Watched): Bound;
};

const MEMBER_NAME = /^[a-z][a-z0-9_-]{0,99}$/;

/** Faults of members that must be a key of a text. `what`: "" for the plugin itself. */
export function textFaults(what: string, thing: object, members: readonly string[]): string[] {
  const has = (member: string) => {
    const text = (thing as Record<string, unknown>)[member];
    return typeof text === "string" && text.trim() !== "";
  };
  const owner = what === "" ? "it" : what;
  return members
    .filter((member) => !has(member))
    .map((member) => `${owner} has no ${member}. Give the key of a text in the plugin's locales/en.json.`);
}

export function nameFaults(what: string, name: string): string[] {
  if (MEMBER_NAME.test(name) && !(name in {})) return [];
  return [
    `${what} "${name}" cannot have this name. Use lower-case letters, digits, _ and -, a letter first, 100 at most.`,
  ];
}

export const functionFaults = (what: string, thing: object, members: readonly string[]): string[] =>
  members
    .filter((member) => typeof (thing as Record<string, unknown>)[member] !== "function")
    .map((member) => `${what} has no function ${member}. Write one.`);

export const choiceFaults = (what: string, member: string, value: unknown, allowed: readonly string[]): string[] =>
  allowed.includes(String(value))
    ? []
    : [`${what} has the ${member} "${String(value)}". Use one of ${allowed.join(", ")}.`];

export const fieldLabels = (what: string, fields: Fields): Label[] =>
  Object.entries(fields).flatMap(([name, { label, help, choices = [], fields: inner = {} }]) => [
    { what: `the label of ${what} ${name}`, key: label },
    ...(help ? [{ what: `the help of ${what} ${name}`, key: help }] : []),
    ...choices.map((choice) => ({ what: `the choice ${choice.value} of ${what} ${name}`, key: choice.label })),
    ...fieldLabels(`${what} ${name}'s field`, inner),
  ]);
