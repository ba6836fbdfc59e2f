import type { QuestionKind } from "../../surveys/question-kind.ts";
import { seen } from "../guard.server.ts";
import type { PluginQuestionKind } from "../plugin.ts";
import {
  choiceFaults,
  type Contribution,
  fieldLabels,
  functionFaults,
  nameFaults,
  textFaults,
} from "./contribution.ts";
import { fieldFaults } from "./field-faults.ts";
import { checkedAnswer, checkedShape } from "./given.server.ts";

const CHARTS = ["bars", "scale", "texts"];

export const questionKinds: Contribution<PluginQuestionKind, QuestionKind> = {
  isShared: true,
  faults(name, kind) {
    const what = `the question kind ${name}`;
    return [
      ...nameFaults("the question kind", name),
      ...textFaults(what, kind, ["label"]),
      ...functionFaults(what, kind, ["shape", "check"]),
      ...choiceFaults(what, "chart", kind.chart, CHARTS),
      ...fieldFaults(`${what} has a setting, and`, kind.settings),
    ];
  },
  labels: (name, kind) => [
    { what: `the label of the kind ${name}`, key: kind.label },
    ...fieldLabels(`the kind ${name}'s setting`, kind.settings),
  ],
  bind: (kind, { settings }) => ({
    ...kind,
    shape: (own, words) => kind.shape(own, words, { settings }),
    check: (values, own) => kind.check(values, own, { settings }),
  }),
  watch: (kind, { shop, plugin, name }) => ({
    ...kind,
    shape: (...given) => seen(shop, plugin, `question ${name}`, () => checkedShape(kind.shape(...given))),
    check: (...given) => seen(shop, plugin, `question ${name}`, () => checkedAnswer(kind.check(...given))),
  }),
};
