import { expect, test } from "vitest";
import { questionKinds } from "../../../app/plugins/question-kinds/plugin.server.ts";
import { assemble } from "../../../app/plugins/registry.server.ts";
import { askSurvey } from "../../../app/surveys/answers/ask.ts";
import { checkDraft } from "../../../app/surveys/editor/draft/check-draft.ts";
import { blank, templates } from "../../../app/surveys/editor/templates.ts";
import { done } from "../../setup/definitions.ts";

const kinds = assemble([questionKinds]).questionKinds;
/** Letters of a script other than the language's own. Instagram is a name. */
const FOREIGN = {
  gu: /(?!\p{Script=Gujarati})\p{L}/u,
  pa: /(?!\p{Script=Gurmukhi})\p{L}/u,
};

function saidTo(locale: string, name: string): string[] {
  const { draft } = done(checkDraft({ ...blank, ...templates[name], name }, kinds));
  const asked = askSurvey({ id: "s", version: 1, ...draft }, locale, kinds);
  const said = asked.questions.flatMap((question) => {
    if (question.shape === "scale") return [question.label, question.low, question.high];
    return [question.label, ...(question.shape === "choice" ? question.choices.map(({ label }) => label) : [])];
  });
  return [asked.title, asked.thanks, asked.submit, ...said];
}

test.each(Object.keys(templates).flatMap((name) => [`${name} gu`, `${name} pa`]))(
  "a shopper who reads another language is asked wholly in it: %s",
  (row) => {
    const [name = "", locale = ""] = row.split(" ");
    const said = saidTo(locale, name);
    expect(said).toHaveLength(saidTo("en", name).length);
    const foreign = FOREIGN[locale as keyof typeof FOREIGN];
    for (const words of said) {
      expect(words.trim()).not.toBe("");
      expect(words.replace("Instagram", "")).not.toMatch(foreign);
    }
  },
);
