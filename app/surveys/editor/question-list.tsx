import { Banner, BlockStack, Box, Button } from "@shopify/polaris";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { KindView } from "../kind-view.ts";
import { NO_WORDS, QuestionCard } from "./question-card.tsx";
import type { Question } from "../survey.ts";

type Props = {
  questions: Question[];
  setQuestions: (questions: Question[]) => void;
  kinds: KindView[];
  language: string;
  /** By `question.0.label`. */
  faultOf: (field: string) => string | undefined;
};

const nextName = (names: number[]): number => Math.max(0, ...names) + 1;

/** React keys that stay with the questions while the questions are moved and renamed. Questions from elsewhere get new keys. */
function useNames(count: number) {
  const [names, setNames] = useState<number[]>([]);
  if (names.length >= count) return { names, setNames };
  const fresh = nextName(names);
  const all = [...names, ...Array.from({ length: count - names.length }, (_, at) => fresh + at)];
  setNames(all);
  return { names: all, setNames };
}

export function QuestionList({ questions, setQuestions, kinds, language, faultOf }: Props) {
  const { t } = useTranslation();
  const { names, setNames } = useNames(questions.length);
  const [added, setAdded] = useState<number | null>(null);
  const [removed, setRemoved] = useState<{ question: Question; name: number; at: number } | null>(null);
  const swap = (at: number, by: -1 | 1) => {
    const [question, other] = [questions[at], questions[at + by]];
    if (question && other) setQuestions(questions.with(at, other).with(at + by, question));
    setNames(names.with(at, names[at + by] ?? 0).with(at + by, names[at] ?? 0));
  };
  const remove = (question: Question, at: number) => {
    setRemoved({ question, name: names[at] ?? 0, at });
    setQuestions(questions.toSpliced(at, 1));
    setNames(names.toSpliced(at, 1));
  };
  const undo = () => {
    if (removed) setQuestions(questions.toSpliced(removed.at, 0, removed.question));
    if (removed) setNames(names.toSpliced(removed.at, 0, removed.name));
    setRemoved(null);
  };
  const add = () => {
    const name = nextName([...names, removed?.name ?? 0]);
    setQuestions([...questions, blankQuestion(questions, kinds[0]?.name ?? "")]);
    setNames([...names.slice(0, questions.length), name]);
    setAdded(name);
  };
  const fault = faultOf("questions");
  return (
    <BlockStack gap="400">
      {questions.map((question, at) => (
        <QuestionCard
          key={names[at]}
          question={question}
          at={at}
          last={at === questions.length - 1}
          isNew={names[at] === added}
          kinds={kinds}
          language={language}
          faultOf={(field) => faultOf(`question.${at}.${field}`)}
          onChange={(next) => setQuestions(questions.with(at, next))}
          onMove={(by) => swap(at, by)}
          onRemove={() => remove(question, at)}
        />
      ))}
      {removed ? (
        <Banner onDismiss={() => setRemoved(null)} action={{ content: t("surveys.question.undo"), onAction: undo }}>
          {t("surveys.question.removed", {
            label: removed.question.words.en?.label || removed.question.handle,
          })}
        </Banner>
      ) : null}
      {fault ? <Banner tone="critical">{fault}</Banner> : null}
      <Box paddingInline={{ xs: "400", sm: "0" }}>
        <Button onClick={add}>{t("surveys.question.add")}</Button>
      </Box>
    </BlockStack>
  );
}

function blankQuestion(questions: Question[], kind: string): Question {
  const taken = new Set(questions.map(({ handle }) => handle));
  let number = questions.length + 1;
  while (taken.has(`question_${number}`)) number += 1;
  return { handle: `question_${number}`, kind, optional: false, settings: {}, words: { en: { ...NO_WORDS } } };
}
