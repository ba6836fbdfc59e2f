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
import { shownInputs } from "../../field-view.ts";
import { FieldInputs } from "../../ui/fields/field-inputs.tsx";
import { Culprits } from "../../ui/culprits.tsx";
import type { KindView } from "../kind-view.ts";
import type { QuestionWords } from "../question-kind.ts";
import type { Question } from "../survey.ts";

export type QuestionFaults = (field: string) => string | undefined;

type Props = {
  question: Question;
  at: number;
  last: boolean;
  isNew: boolean;
  kinds: KindView[];
  language: string;
  faultOf: QuestionFaults;
  onChange: (question: Question) => void;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
};

export const NO_WORDS: QuestionWords = { label: "", choices: [], low: "", high: "" };

export function QuestionCard(props: Props) {
  const { question, at, isNew, kinds, language, faultOf, onChange } = props;
  const { t } = useTranslation();
  const words = question.words[language] ?? NO_WORDS;
  const say = (change: Partial<QuestionWords>) =>
    onChange({ ...question, words: { ...question.words, [language]: { ...words, ...change } } });
  const chosen = kinds.find(({ name }) => name === question.kind);
  // A kind that was switched off meanwhile stays chosen until the merchant chooses another kind.
  const options = [
    ...kinds
      .filter((kind) => kind === chosen || kind.culprit === null)
      .map(({ name, label }) => ({ value: name, label: t(label) })),
    ...(chosen ? [] : [{ value: question.kind, label: t("surveys.question.kind_gone") }]),
  ];
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack align="space-between" blockAlign="center">
          <Text as="h2" variant="headingSm">
            {t("surveys.question.title", { at: at + 1 })}
          </Text>
          <Tools {...props} />
        </InlineStack>
        <FormLayout>
          <TextField
            label={t("surveys.question.label")}
            value={words.label}
            onChange={(label) => say({ label })}
            autoComplete="off"
            autoFocus={isNew}
            maxLength={500}
            error={faultOf("label")}
            requiredIndicator={language === "en"}
            {...(language === "en" ? {} : { placeholder: question.words.en?.label ?? "" })}
          />
          <FormLayout.Group>
            <Select
              label={t("surveys.question.kind")}
              value={question.kind}
              options={options}
              error={faultOf("kind")}
              onChange={(kind) => onChange({ ...question, kind })}
            />
            <TextField
              label={t("surveys.question.handle")}
              helpText={t("surveys.question.handle_help")}
              value={question.handle}
              onChange={(handle) => onChange({ ...question, handle })}
              error={faultOf("handle")}
              autoComplete="off"
              maxLength={40}
            />
          </FormLayout.Group>
          {chosen?.culprit ? <Culprits culprits={[chosen.culprit]} /> : null}
          <KindInputs {...props} words={words} say={say} />
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

function Tools({ at, last, onMove, onRemove }: Props) {
  const { t } = useTranslation();
  const named = (key: string) => t(`surveys.question.${key}`, { at: at + 1 });
  return (
    <ButtonGroup variant="segmented">
      <Button icon={ArrowUpIcon} disabled={at === 0} onClick={() => onMove(-1)} accessibilityLabel={named("up")} />
      <Button icon={ArrowDownIcon} disabled={last} onClick={() => onMove(1)} accessibilityLabel={named("down")} />
      <Button icon={DeleteIcon} tone="critical" onClick={onRemove} accessibilityLabel={named("remove")} />
    </ButtonGroup>
  );
}

type KindProps = Props & { words: QuestionWords; say: (change: Partial<QuestionWords>) => void };

/** The settings of the question's kind. In other languages: the translations of the settings. */
function KindInputs({ question, kinds, language, faultOf, onChange, words, say }: KindProps) {
  const { t } = useTranslation();
  const kind = kinds.find(({ name }) => name === question.kind);
  if (!kind) return null;
  const { perChoice, ends } = kind;
  const inputs = Object.fromEntries(shownInputs(kind.fields, question.settings));
  const set = (name: string, text: string) => {
    const value = inputs[name]?.max === undefined ? text : text.split("\n");
    onChange({ ...question, settings: { ...question.settings, [name]: value } });
  };
  const isTranslated = language !== "en" && perChoice !== null && Object.hasOwn(inputs, perChoice);
  const fields = Object.entries(kind.fields).filter(([name]) => !isTranslated || name !== perChoice);
  const choices = perChoice === null ? null : question.settings[perChoice];
  return (
    <>
      <FieldInputs
        key={kind.name}
        fields={Object.fromEntries(fields)}
        texts={question.settings}
        errorOf={(name) => faultOf(`settings.${name}`)}
        onChange={set}
        prefix={`${question.handle} `}
      />
      {isTranslated ? (
        <TextField
          label={t(kind.fields[perChoice]?.label ?? "")}
          helpText={t("surveys.question.choices_translate")}
          placeholder={Array.isArray(choices) ? choices.join("\n") : ""}
          value={words.choices.join("\n")}
          onChange={(text) => say({ choices: text.split("\n") })}
          multiline={4}
          autoComplete="off"
        />
      ) : null}
      {ends ? (
        <FormLayout.Group>
          {(["low", "high"] as const).map((end) => (
            <TextField
              key={end}
              label={t("surveys.question.words_at", { at: end === "low" ? ends.from : ends.to })}
              value={words[end]}
              onChange={(text) => say({ [end]: text })}
              autoComplete="off"
              maxLength={500}
            />
          ))}
        </FormLayout.Group>
      ) : null}
    </>
  );
}
