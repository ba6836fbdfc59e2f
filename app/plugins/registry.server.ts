// Gathers what plugins add into maps that the engines take as arguments. A plugin that breaks the contract stops the boot, and so do
// two plugins that claim one name.
import type { Card } from "../analytics/card.ts";
import type { Fields, Values } from "../fields.ts";
import type { OfferKind } from "../offers/offer-kind.ts";
import type { AttributeMap } from "../segments/attribute.server.ts";
import type { Engine } from "../segments/memberships/live-segment.server.ts";
import type { QuestionKind } from "../surveys/question-kind.ts";
import { settingsOf } from "./running/given/context.server.ts";
import { isOfTheApp } from "./contract/contributions/events.server.ts";
import { contractFaults } from "./contract/contract.server.ts";
import { addedBy, type Bound, CONTRIBUTIONS, type Kind } from "./contract/contributions.server.ts";
import type { Contribution } from "./contract/contributions/contribution.ts";
import type { BoundJob } from "./contract/contributions/jobs.server.ts";
import type { Metafield, Plugin } from "./plugin.ts";

/** A contribution and the plugin that added it. */
export type Owned<T> = { plugin: string; it: T };

export type Registry = {
  plugins: readonly Plugin[];
  /** By plugin: the settings that this shop saved, or the initial ones. */
  settings: ReadonlyMap<string, Values<Fields>>;
  attributes: AttributeMap;
  attributeFailed?: Engine["attributeFailed"];
  offerKinds: Record<string, OfferKind>;
  questionKinds: Record<string, QuestionKind>;
  cards: Record<string, Owned<Card>>;
  /** By `plugin/job`, and by `plugin/onInstalled` and `plugin/onHistory`. */
  jobs: Record<string, Owned<BoundJob>>;
};

export function assemble(plugins: readonly Plugin[]): Registry {
  const faults = plugins.flatMap(contractFaults);
  if (faults.length > 0) throw new Error(faults.join("\n"));
  const names = new Set<string>();
  for (const { name } of plugins) {
    if (names.has(name)) throw new Error(`Two plugins are called "${name}": rename one of them.`);
    names.add(name);
  }
  const unheard = plugins.flatMap((plugin) => unheardEvents(plugin, plugins));
  if (unheard.length > 0) throw new Error(unheard.join("\n"));
  refuseTwoTypes(plugins);
  return bindAll(plugins, {});
}

/** Faults of a plugin that listens to an event which an installed plugin does not emit. */
const unheardEvents = ({ name, events = {} }: Plugin, plugins: readonly Plugin[]): string[] =>
  Object.keys(events).flatMap((kind) => {
    const [first, event = ""] = kind.split(".");
    const emitter = plugins.find((plugin) => plugin.name === first);
    return !emitter || (emitter.emits ?? []).includes(event) || isOfTheApp(emitter.name)
      ? []
      : [
          `Plugin "${name}": the event ${kind} is not among the emits of the plugin "${emitter.name}". Correct its name.`,
        ];
  });

const nameOf = ({ owner, namespace, key }: Metafield): string => `${owner} ${namespace}.${key}`;

/** A metafield has one type in Shopify. A value of another type than the declared one is not kept. */
function refuseTwoTypes(plugins: readonly Plugin[]): void {
  const known = new Map<string, { plugin: string; type: string }>();
  for (const { name: plugin, metafields = [] } of plugins)
    for (const metafield of metafields) {
      const { type } = metafield;
      const first = known.get(nameOf(metafield)) ?? { plugin, type };
      known.set(nameOf(metafield), first);
      if (first.type !== type)
        throw new Error(
          `Plugins "${first.plugin}" and "${plugin}" declare the metafield ${nameOf(metafield)} with two types, ${first.type} and ${type}: write the type that it has in Shopify.`,
        );
    }
}

/** Gathers the contributions of plugins that `assemble` has checked. `held`: the settings that the merchant saved, by plugin. */
export function bindAll(plugins: readonly Plugin[], held: Record<string, Record<string, unknown>>): Registry {
  const settings = new Map(plugins.map((plugin) => [plugin.name, settingsOf(plugin.settings, held[plugin.name])]));
  const gathered = <K extends Kind>(kind: K) => gather<K>(plugins, settings, kind);
  return {
    plugins,
    settings,
    attributes: things(gathered("attributes")),
    offerKinds: things(gathered("offerKinds")),
    questionKinds: things(gathered("questionKinds")),
    cards: gathered("cards"),
    jobs: { ...gathered("jobs"), ...gathered("onInstalled"), ...gathered("onHistory") },
  };
}

function gather<K extends Kind>(plugins: readonly Plugin[], settings: Registry["settings"], kind: K) {
  const { isShared, bind } = CONTRIBUTIONS[kind] as Contribution<object, object>;
  const gathered: Record<string, Owned<Bound<K>>> = {};
  for (const plugin of plugins) {
    for (const [name, it] of Object.entries(addedBy(plugin, kind))) {
      const key = isShared ? name : `${plugin.name}/${name}`;
      const other = gathered[key]?.plugin;
      if (other)
        throw new Error(`Plugins "${other}" and "${plugin.name}" both claim "${name}" in ${kind}: rename one of them.`);
      const owner = { plugin, settings: settings.get(plugin.name) ?? {} };
      gathered[key] = { plugin: plugin.name, it: bind(it, owner) as Bound<K> };
    }
  }
  return gathered;
}

const things = <T>(owned: Record<string, Owned<T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(owned).map(([name, { it }]) => [name, it]));

/** The metafields that the plugins of a shop declare, each once. */
export const metafieldsOf = ({ plugins }: Pick<Registry, "plugins">): Metafield[] => [
  ...new Map(plugins.flatMap(({ metafields = [] }) => metafields).map((each) => [nameOf(each), each])).values(),
];

/** The owners of these metafields, each once. */
export const ownersOf = (metafields: readonly Metafield[]): Metafield["owner"][] => [
  ...new Set(metafields.map(({ owner }) => owner)),
];
