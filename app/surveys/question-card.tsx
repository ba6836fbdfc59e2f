import {
  BlockStack,
  Button,
  ButtonGroup,
  Card,
  Checkbox,
  FormLayout,
  InlineStack,
  Select,
  Text,
  TextField,
} from "@shopify/polaris";
import { ArrowDownIcon, ArrowUpIcon, DeleteIcon } from "@shopify/polaris-icons";
import { useTranslation } from "react-i18next";
import type { QuestionWords } from "./question-kind.ts";
import type { Question } from "./survey.server.ts";

type Props = {
  question: Question;
  at: number;
  last: boolean;
  kinds: { name: string; label: string }[];
  language: string;
  fault: string | undefined;
  onChange: (question: Question) => void;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
};

const NO_WORDS: QuestionWords = { label: "", choices: [], low: "", high: "" };

export function QuestionCard({ question, at, last, kinds, language, fault, onChange, onMove, onRemove }: Props) {
  const { t } = useTranslation();
  const words = question.words[language] ?? NO_WORDS;
  const say = (change: Partial<QuestionWords>) =>
    onChange({ ...question, words: { ...question.words, [language]: { ...words, ...change } } });
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack align="space-between">
          <Text as="h3" variant="headingSm">
            {t("surveys.question.title", { at: at + 1 })}
          </Text>
          <ButtonGroup variant="segmented">
            <Button
              icon={ArrowUpIcon}
              disabled={at === 0}
              onClick={() => onMove(-1)}
              accessibilityLabel={t("surveys.question.up")}
            />
            <Button
              icon={ArrowDownIcon}
              disabled={last}
              onClick={() => onMove(1)}
              accessibilityLabel={t("surveys.question.down")}
            />
            <Button
              icon={DeleteIcon}
              tone="critical"
              onClick={onRemove}
              accessibilityLabel={t("surveys.question.remove")}
            />
          </ButtonGroup>
        </InlineStack>
        <FormLayout>
          <TextField
            label={t("surveys.question.label")}
            value={words.label}
            onChange={(label) => say({ label })}
            autoComplete="off"
            error={fault ? t(fault) : undefined}
            requiredIndicator={language === "en"}
          />
          <FormLayout.Group>
            <Select
              label={t("surveys.question.kind")}
              value={question.kind}
              options={kinds.map(({ name, label }) => ({ value: name, label: t(label) }))}
              onChange={(kind) => onChange({ ...question, kind })}
            />
            <TextField
              label={t("surveys.question.handle")}
              helpText={t("surveys.question.handle_help")}
              value={question.handle}
              onChange={(handle) => onChange({ ...question, handle })}
              autoComplete="off"
            />
          </FormLayout.Group>
          <KindInputs question={question} words={words} language={language} onChange={onChange} say={say} />
          <Checkbox
            label={t("surveys.question.optional")}
            checked={question.optional}
            onChange={(optional) => onChange({ ...question, optional })}
          />
        </FormLayout>
      </BlockStack>
    </Card>
  );
}

type KindProps = {
  question: Question;
  words: QuestionWords;
  language: string;
  onChange: (question: Question) => void;
  say: (change: Partial<QuestionWords>) => void;
};

function KindInputs({ question, words, language, onChange, say }: KindProps) {
  const { t } = useTranslation();
  if (question.kind === "scale") {
    return (
      <FormLayout.Group>
        <TextField
          label={t("surveys.question.low")}
          value={words.low}
          onChange={(low) => say({ low })}
          autoComplete="off"
        />
        <TextField
          label={t("surveys.question.high")}
          value={words.high}
          onChange={(high) => say({ high })}
          autoComplete="off"
        />
      </FormLayout.Group>
    );
  }
  if (question.kind === "text") return null;
  const values = Array.isArray(question.settings.choices) ? question.settings.choices.map(String) : [];
  const lines = language === "en" ? values : words.choices;
  const change = (text: string) => {
    const next = text.split("\n");
    if (language === "en") onChange({ ...question, settings: { ...question.settings, choices: next } });
    else say({ choices: next });
  };
  return (
    <TextField
      label={t("surveys.question.choices")}
      helpText={t(language === "en" ? "surveys.question.choices_help" : "surveys.question.choices_translate")}
      value={lines.join("\n")}
      onChange={change}
      multiline={4}
      autoComplete="off"
    />
  );
}
