// The built-in kinds of questions, and the function survey_answer that selects customers by their answers.
import { sql } from "../../db.server.ts";
import { field } from "../../fields.ts";
import type { ParamTest } from "../../segments/attribute.server.ts";
import type { Checked, QuestionWords } from "../../surveys/question-kind.ts";
import { definePlugin, defineQuestionKind } from "../plugin.ts";
import { suggestAnswers, suggestQuestions, suggestSurveys } from "./suggest.server.ts";

const TEXT_MAX = 2000;
const TEN = { from: 0, to: 10 };

const listed = field.list("question-kinds.choices", { max: 30, help: "question-kinds.choices_help" });

/** Refuses a choice that is listed twice, because results and segments count answers by the choice's text. */
const choices = (): typeof listed => ({
  ...listed,
  parse(input) {
    const parsed = listed.parse(input);
    const twice = parsed.ok ? parsed.value.find((choice, at, all) => all.indexOf(choice) !== at) : undefined;
    return twice === undefined
      ? parsed
      : { ok: false, fault: { key: "question-kinds.twice", parameters: { choice: twice } } };
  },
});

/** A choice's value is its text in the survey's first language, so that a segment query can name the choice. */
const drawn = (values: string[], words: QuestionWords) =>
  values.map((value, at) => ({ value, label: words.choices[at] || value }));

const wrong = (key: string, parameters = {}): Checked => ({ ok: false, fault: { key, parameters } });
const right = (values: string[]): Checked => ({ ok: true, values: values.map((text) => ({ text, number: null })) });

const known = (values: string[], allowed: string[]): boolean => values.every((value) => allowed.includes(value));

const zeroToTen = (label: string, measure: "nps" | "mean") =>
  defineQuestionKind({
    label,
    settings: {},
    shape: (_settings, { low, high }) => ({ shape: "scale", ...TEN, low, high }),
    check: ([value, ...more]) =>
      more.length === 0 && value !== undefined && /^(\d|10)$/.test(value)
        ? { ok: true, values: [{ text: value, number: value }] }
        : wrong("answer.not_on_scale"),
    measure,
    scale: TEN,
    words: { ends: true },
  });

export const questionKinds = definePlugin({
  name: "question-kinds",
  contract: 1,
  label: "question-kinds.label",
  description: "question-kinds.description",
  questionKinds: {
    single_choice: defineQuestionKind({
      label: "question-kinds.single_choice",
      settings: { choices: choices() },
      shape: (settings, words) => ({ shape: "choice", multiple: false, choices: drawn(settings.choices, words) }),
      check: (values, settings) =>
        values.length === 1 && known(values, settings.choices) ? right(values) : wrong("answer.not_a_choice"),
      measure: "shares",
      values: (settings, words) => drawn(settings.choices, words),
      words: { perChoice: "choices" },
    }),
    multiple_choice: defineQuestionKind({
      label: "question-kinds.multiple_choice",
      settings: { choices: choices() },
      shape: (settings, words) => ({ shape: "choice", multiple: true, choices: drawn(settings.choices, words) }),
      check: (values, settings) => {
        const distinct = [...new Set(values)];
        return distinct.length > 0 && known(distinct, settings.choices)
          ? right(distinct)
          : wrong("answer.not_a_choice");
      },
      measure: "shares",
      values: (settings, words) => drawn(settings.choices, words),
      words: { perChoice: "choices" },
    }),
    // The name is stored in surveys, so it stays, although only a question that asks for a recommendation is of this kind.
    scale: zeroToTen("question-kinds.recommend", "nps"),
    zero_to_ten: zeroToTen("question-kinds.scale", "mean"),
    text: defineQuestionKind({
      label: "question-kinds.text",
      settings: {},
      shape: () => ({ shape: "text", maxLength: TEXT_MAX }),
      check: ([value, ...more]) => {
        const text = value?.trim() ?? "";
        if (more.length > 0 || text === "") return wrong("answer.missing");
        return text.length > TEXT_MAX ? wrong("answer.too_long", { max: TEXT_MAX }) : right([text]);
      },
      measure: "text",
    }),
  },
  attributes: {
    survey_answer: {
      label: "question-kinds.survey_answer",
      params: {
        survey: { type: "string", label: "question-kinds.param.survey", suggest: suggestSurveys, closed: true },
        question: { type: "string", label: "question-kinds.param.question", suggest: suggestQuestions },
        value: { type: ["string", "float"], label: "question-kinds.param.value", suggest: suggestAnswers },
        date: { type: "date", label: "question-kinds.param.date" },
      },
      // All parameters must match the same answer.
      sql: (test: ParamTest) => sql`exists (
        select 1 from api.answers a where a.shop_id = c.shop_id and a.customer_id = c.id
          and ${test("survey", sql`a.survey`)} and ${test("question", sql`a.question`)}
          and ${test("value", { string: sql`a.value_text`, float: sql`a.value_number` })} and ${test("date", sql`a.at`)})`,
      reads: ["answers"],
    },
  },
});
