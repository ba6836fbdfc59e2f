import { own } from "../../../own.ts";
import { MEASURES, type QuestionKind } from "../../../surveys/question-kind.ts";
import { seen } from "../../running/guard.server.ts";
import type { PluginQuestionKind } from "../../plugin.ts";
import {
  choiceFaults,
  type Contribution,
  fieldLabels,
  functionFaults,
  nameFaults,
  textFaults,
} from "./contribution.ts";
import { fieldFaults } from "./field-faults.ts";
import { checkedAnswer, checkedShape, checkedValues } from "./given/given-question.ts";

export const questionKinds: Contribution<PluginQuestionKind, QuestionKind> = {
  isShared: true,
  faults(name, kind) {
    const what = `the question kind ${name}`;
    return [
      ...nameFaults("the question kind", name),
      ...textFaults(what, kind, ["label"]),
      ...functionFaults(what, kind, ["shape", "check"]),
      ...choiceFaults(what, "measure", kind.measure, MEASURES),
      ...scaleFaults(what, kind),
      ...(kind.values === undefined ? [] : functionFaults(what, kind, ["values"])),
      ...wordFaults(what, kind),
      ...fieldFaults({ noun: "setting", of: ` of ${what}` }, kind.settings),
    ];
  },
  labels: (name, kind) => [
    { what: `the label of the kind ${name}`, key: kind.label },
    ...fieldLabels(`the kind ${name}'s setting`, kind.settings),
  ],
  bind: (kind, { settings }) => ({
    ...kind,
    shape: (set, words) => kind.shape(set, words, { settings }),
    check: (values, set) => kind.check(values, set, { settings }),
  }),
  watch: ({ values, ...kind }, { shop, plugin, name }) => ({
    ...kind,
    shape: (...given) => seen(shop, plugin, `question ${name}`, () => checkedShape(kind.shape(...given))),
    check: (...given) => seen(shop, plugin, `question ${name}`, () => checkedAnswer(kind.check(...given))),
    ...(values && {
      values: (...given) => seen(shop, plugin, `question ${name}`, () => checkedValues(values(...given))),
    }),
  }),
};

/** A net promoter score needs a scale of 0 to 10 (https://www.netpromoter.com/know/). A mean needs any scale. */
function scaleFaults(what: string, { measure, scale }: PluginQuestionKind): string[] {
  if (measure !== "nps" && measure !== "mean") return [];
  if (!scale || !Number.isInteger(scale.from) || !Number.isInteger(scale.to) || scale.from >= scale.to)
    return [`${what} has the measure ${measure} and no scale. Give it scale: { from, to }, two whole numbers.`];
  return measure === "nps" && (scale.from !== 0 || scale.to !== 10)
    ? [
        `${what} has the measure nps and the scale ${scale.from} to ${scale.to}. A net promoter score needs the scale 0 to 10: change the scale, or use the measure mean.`,
      ]
    : [];
}

/** `words.perChoice` must name a list setting of the kind. */
function wordFaults(what: string, { words, settings }: PluginQuestionKind): string[] {
  const name = words?.perChoice;
  if (name === undefined || (settings && own(settings, name)?.max !== undefined)) return [];
  return [`${what} has words.perChoice "${name}", and no list setting of this name. Name one of its list settings.`];
}
