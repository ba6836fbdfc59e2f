// What one kind of contribution is: how it is checked, named, bound to a shop's settings and watched.
import type { Fields, Values } from "../../fields.ts";
import type { Shop } from "../../shop.server.ts";
import type { Engine } from "../../segments/memberships/live-segment.server.ts";
import type { Plugin } from "../plugin.ts";

/** A key of the words, and what it is the word for. */
export type Label = { what: string; key: string };

export type Owner = { plugin: Plugin; settings: Values<Fields> };

export type Watched = { shop: Shop; plugin: string; name: string; engine: Engine };

/** `It` is what a plugin writes, `Bound` what the engines take. */
export type Contribution<It, Bound = It> = {
  /** No two plugins may have one of the same name. */
  isShared?: true;
  /** One is a function, not a record. */
  isFunction?: true;
  /** How long one may take, in milliseconds. What is called without waiting has no limit. */
  limitMs?: number;
  /** What no engine can honour, each fault a sentence that says how to mend it. */
  faults(name: string, it: It, plugin: Plugin): string[];
  /** Keys that must have words. The first is what the plugin's page calls it. */
  labels(name: string, it: It): Label[];
  bind(it: It, owner: Owner): Bound;
  /** The same, and a failure marks its plugin before the domain that called it leaves it out. */
  watch?(bound: Bound, watched: Watched): Bound;
};

const MEMBER_NAME = /^[a-z][a-z0-9_-]{0,99}$/;

/** Members of a thing that must be a key of the words. */
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
  return [`${what} "${name}" has a name that cannot be kept. Use lower-case letters, digits, _ and -, a letter first.`];
}

/** Functions that a thing must have. */
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
