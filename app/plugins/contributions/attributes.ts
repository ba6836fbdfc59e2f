import type { Attribute, AttributeFunction, FlipTest, Moment, Window } from "../../segments/attribute.server.ts";
import type { Named } from "../../segments/attribute.ts";
import type { PluginAttribute, PluginFunction } from "../plugin.ts";
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
    if (isAsked(it)) {
      const { flips, ...rest } = it;
      const bound =
        typeof flips === "function" ? (test: FlipTest, window: Window) => flips(test, window, asked) : flips;
      return { ...rest, reads, sql: (test, moment) => it.sql(test, moment, asked), ...(bound && { flips: bound }) };
    }
    const { flips, ...rest } = it;
    const bound = typeof flips === "function" ? (window: Window) => flips(window, asked) : flips;
    return { ...rest, reads, sql: (moment: Moment) => it.sql(moment, asked), ...(bound && { flips: bound }) };
  },
};

const namedLabels = (what: string, named: Named | undefined): Label[] =>
  typeof named === "object"
    ? Object.entries(named).map(([value, key]) => ({ what: `the value ${value} of ${what}`, key }))
    : [];
