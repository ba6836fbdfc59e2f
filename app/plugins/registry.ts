// Gathers what plugins add into maps that the engines take as arguments. What no engine can honour stops the boot, two claims on one
// name too.
import type { Card } from "../analytics/card.ts";
import type { OfferKind } from "../offers/offer-kind.ts";
import type { AttributeMap } from "../segments/attribute.server.ts";
import type { Engine } from "../segments/memberships/live-segment.server.ts";
import type { QuestionKind } from "../surveys/question-kind.ts";
import { contractFaults } from "./contract.ts";
import type { Job, Plugin } from "./plugin.ts";

/** A thing and the plugin that added it. */
export type Owned<T> = { plugin: string; it: T };

export type Registry = {
  plugins: readonly Plugin[];
  attributes: AttributeMap;
  attributeFailed?: Engine["attributeFailed"];
  offerKinds: Record<string, OfferKind>;
  questionKinds: Record<string, QuestionKind>;
  cards: Record<string, Owned<Card>>;
  /** Key: `plugin/job`. */
  jobs: Record<string, Owned<Job>>;
};

type Kind = "attributes" | "offerKinds" | "questionKinds" | "cards";

function merge<T>(
  plugins: readonly Plugin[],
  kind: Kind,
  entriesOf: (plugin: Plugin) => Record<string, T>,
): Record<string, Owned<T>> {
  const merged: Record<string, Owned<T>> = {};
  for (const plugin of plugins) {
    for (const [name, it] of Object.entries(entriesOf(plugin))) {
      const other = merged[name]?.plugin;
      if (other)
        throw new Error(`Plugins "${other}" and "${plugin.name}" both claim "${name}" in ${kind}: rename one of them.`);
      merged[name] = { plugin: plugin.name, it };
    }
  }
  return merged;
}

const things = <T>(owned: Record<string, Owned<T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(owned).map(([name, { it }]) => [name, it]));

export function assemble(plugins: readonly Plugin[]): Registry {
  const faults = plugins.flatMap(contractFaults);
  if (faults.length > 0) throw new Error(faults.join("\n"));
  const names = new Set<string>();
  for (const { name } of plugins) {
    if (names.has(name)) throw new Error(`Two plugins are called "${name}": rename one of them.`);
    names.add(name);
  }
  return {
    plugins,
    attributes: things(merge(plugins, "attributes", (plugin) => plugin.attributes ?? {})),
    offerKinds: things(merge(plugins, "offerKinds", (plugin) => plugin.offerKinds ?? {})),
    questionKinds: things(merge(plugins, "questionKinds", (plugin) => plugin.questionKinds ?? {})),
    cards: merge(plugins, "cards", (plugin) => plugin.cards ?? {}),
    jobs: Object.fromEntries(
      plugins.flatMap(({ name, jobs = {} }) =>
        Object.entries(jobs).map(([job, it]) => [`${name}/${job}`, { plugin: name, it }]),
      ),
    ),
  };
}
