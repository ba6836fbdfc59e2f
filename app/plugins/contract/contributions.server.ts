// The kinds of contributions that a plugin can add, one line each. Each kind says how its contributions are checked, labelled, bound
// and watched.
import { attributes } from "./contributions/attributes.server.ts";
import { cards } from "./contributions/cards.server.ts";
import type { Contribution } from "./contributions/contribution.ts";
import { events } from "./contributions/events.server.ts";
import { jobs, occasion } from "./contributions/jobs.server.ts";
import { offerKinds } from "./contributions/offer-kinds.server.ts";
import { questionKinds } from "./contributions/question-kinds.server.ts";
import { webhooks } from "./contributions/webhooks.ts";
import type { Plugin } from "../plugin.ts";

export const CONTRIBUTIONS = {
  attributes,
  offerKinds,
  questionKinds,
  cards,
  webhooks,
  events,
  jobs,
  onInstalled: occasion,
  onHistory: occasion,
};

/** The limit of a kind of contribution that declares no limit. */
const LONGEST_MS = 10_000;
export const limitMsOf = (kind: Kind): number => CONTRIBUTIONS[kind].limitMs ?? LONGEST_MS;

export type Kind = keyof typeof CONTRIBUTIONS;
/** A contribution in the form that the engines take. */
export type Bound<K extends Kind> = ReturnType<(typeof CONTRIBUTIONS)[K]["bind"]>;

export const CONTRIBUTION_LIST = Object.entries(CONTRIBUTIONS) as [Kind, Contribution<object, object>][];

/** What the plugin adds of a kind, by name. `onInstalled` and `onHistory` are one function each, named as the kind. */
export function addedBy(plugin: Plugin, kind: Kind): Record<string, object> {
  const added: object = plugin[kind] ?? {};
  return typeof added === "function" ? { [kind]: added } : (added as Record<string, object>);
}

/** The plugin that adds a thing of this name. */
export const ownerOf = (plugins: readonly Plugin[], kind: Kind, name: string): Plugin | undefined =>
  plugins.find((plugin) => Object.hasOwn(addedBy(plugin, kind), name));
