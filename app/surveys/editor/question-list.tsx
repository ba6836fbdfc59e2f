import { Banner, BlockStack, Box, Button } from "@shopify/polaris";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { KindView } from "../kind-view.ts";
import { NO_WORDS, QuestionCard } from "./question-card.tsx";
import type { Question } from "../survey.ts";

/** A question and a name for it that lasts while it is moved and renamed. */
export type Item = { id: number; question: Question };

let made = 0;
export const itemsOf = (questions: Question[]): Item[] => questions.map((question) => ({ id: (made += 1), question }));

type Props = {
  items: Item[];
  setItems: (items: Item[]) => void;
  kinds: KindView[];
  language: string;
  /** By `question.0.label`. */
  faultOf: (field: string) => string | undefined;
};

export function QuestionList({ items, setItems, kinds, language, faultOf }: Props) {
  const { t } = useTranslation();
  const [added, setAdded] = useState<number | null>(null);
  const [removed, setRemoved] = useState<{ item: Item; at: number } | null>(null);
  const swap = (at: number, by: -1 | 1) => {
    const [item, other] = [items[at], items[at + by]];
    if (item && other) setItems(items.with(at, other).with(at + by, item));
  };
  const remove = (item: Item, at: number) => {
    setItems(items.toSpliced(at, 1));
    setRemoved({ item, at });
  };
  const undo = () => {
    if (removed) setItems(items.toSpliced(removed.at, 0, removed.item));
    setRemoved(null);
  };
  const add = () => {
    const [item] = itemsOf([blankQuestion(items, kinds[0]?.name ?? "")]);
    if (!item) return;
    setItems([...items, item]);
    setAdded(item.id);
  };
  const fault = faultOf("questions");
  return (
    <BlockStack gap="400">
      {items.map((item, at) => (
        <QuestionCard
          key={item.id}
          question={item.question}
          at={at}
          last={at === items.length - 1}
          isNew={item.id === added}
          kinds={kinds}
          language={language}
          faultOf={(field) => faultOf(`question.${at}.${field}`)}
          onChange={(question) => setItems(items.with(at, { ...item, question }))}
          onMove={(by) => swap(at, by)}
          onRemove={() => remove(item, at)}
        />
      ))}
      {removed ? (
        <Banner onDismiss={() => setRemoved(null)} action={{ content: t("surveys.question.undo"), onAction: undo }}>
          {t("surveys.question.removed", {
            label: removed.item.question.words.en?.label || removed.item.question.handle,
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

function blankQuestion(items: Item[], kind: string): Question {
  const taken = new Set(items.map(({ question }) => question.handle));
  let number = items.length + 1;
  while (taken.has(`question_${number}`)) number += 1;
  return { handle: `question_${number}`, kind, optional: false, settings: {}, words: { en: { ...NO_WORDS } } };
}
