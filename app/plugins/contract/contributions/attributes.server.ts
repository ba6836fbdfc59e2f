import type { Attribute, AttributeFunction, SuggestFor } from "../../../segments/attribute.server.ts";
import type { Named } from "../../../segments/attribute.ts";
import type { Asked, PluginAttribute, PluginFunction, Suggest } from "../../plugin.ts";
import { heldPart } from "../../running/held-sql/held-sql.server.ts";
import { attributeFaults } from "./attribute-faults.ts";
import type { Contribution, Label } from "./contribution.ts";

const isAsked = (entry: PluginAttribute | PluginFunction): entry is PluginFunction => entry.params !== undefined;

export const attributes: Contribution<PluginAttribute | PluginFunction, Attribute | AttributeFunction> = {
  isShared: true,
  faults: attributeFaults,
  labels: (name, entry) => [
    { what: `the label of the attribute ${name}`, key: entry.label },
    ...(isAsked(entry)
      ? Object.entries(entry.params).flatMap(([param, { label, named }]) => [
          { what: `the label of ${name}'s parameter ${param}`, key: label },
          ...namedLabels(`${name}'s parameter ${param}`, named),
        ])
      : namedLabels(`the attribute ${name}`, entry.named)),
  ],
  bind(it, { plugin, settings }) {
    const reads = it.reads.map((read): typeof read =>
      read.startsWith("records:") ? `records:${plugin.name}/${read.slice("records:".length)}` : read,
    );
    const asked = { settings };
    return isAsked(it) ? bindFunction(it, asked, reads) : bindAttribute(it, asked, reads);
  },
};

// The segment language distinguishes an attribute without `flips`, `history` or `suggest`, so a member that is left out stays left out.

function bindAttribute(
  { flips, history, suggest, ...it }: PluginAttribute,
  asked: Asked,
  reads: Attribute["reads"],
): Attribute {
  return {
    ...it,
    ...bindSuggest(suggest, asked),
    reads,
    sql: (moment) => heldPart(it.sql(moment, asked)),
    ...(flips && { flips: typeof flips === "function" ? (window) => heldPart(flips(window, asked)) : flips }),
    ...(history && { history: (moment) => heldPart(history(moment, asked)) }),
  };
}

const bindSuggest = (suggest: Suggest | undefined, asked: Asked) =>
  suggest && { suggest: (asks: SuggestFor) => heldPart(suggest(asks, asked)) };

function bindFunction(
  { flips, history, params, ...it }: PluginFunction,
  asked: Asked,
  reads: Attribute["reads"],
): AttributeFunction {
  const bound = Object.entries(params).map(([name, { suggest, ...param }]) => [
    name,
    { ...param, ...bindSuggest(suggest, asked) },
  ]);
  return {
    ...it,
    params: Object.fromEntries(bound) as AttributeFunction["params"],
    reads,
    sql: (test, moment) => heldPart(it.sql(test, moment, asked)),
    ...(flips && {
      flips: typeof flips === "function" ? (test, window) => heldPart(flips(test, window, asked)) : flips,
    }),
    ...(history && {
      history(test, moment) {
        const was = history(test, moment, asked);
        return was && heldPart(was);
      },
    }),
  };
}

const namedLabels = (what: string, named: Named | undefined): Label[] =>
  typeof named === "object"
    ? Object.entries(named).map(([value, key]) => ({ what: `the value ${value} of ${what}`, key }))
    : [];
