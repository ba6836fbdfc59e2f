import { useFetcher } from "@remix-run/react";
import {
  Banner,
  BlockStack,
  Button,
  Card,
  ChoiceList,
  FormLayout,
  InlineStack,
  Layout,
  Select,
  TextField,
} from "@shopify/polaris";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { EditBar } from "../ui/edit-bar.tsx";
import type { FormFault } from "./editing.server.ts";
import { QuestionCard } from "./question-card.tsx";
import type { Question, Surface, SurveyDraft, SurveyWords } from "./survey.server.ts";
import { SurveyPreview } from "./survey-preview.tsx";
import type { AskedSurvey } from "./wire.ts";

export const LANGUAGES = ["en", "gu", "pa", "hi", "fr", "de", "es"];
const NO_WORDS: SurveyWords = { title: "", thanks: "", submit: "" };

type Props = {
  draft: SurveyDraft;
  kinds: { name: string; label: string }[];
  segments: { id: string; name: string }[];
};

/** Questions on the left, the thank-you page as the shopper sees it on the right. */
export function SurveyEditor({ draft: saved, kinds, segments }: Props) {
  const { t } = useTranslation();
  const fetcher = useFetcher<{ fault: FormFault | null }>();
  const [draft, setDraft] = useState(saved);
  const [language, setLanguage] = useState("en");
  const fault = fetcher.data?.fault;
  const dirty = JSON.stringify(draft) !== JSON.stringify(saved);
  const save = () => fetcher.submit({ intent: "save", draft: JSON.stringify(draft) }, { method: "post" });
  const asked = usePreview(draft, language);
  return (
    <Layout>
      <EditBar dirty={dirty} busy={fetcher.state !== "idle"} onSave={save} onDiscard={() => setDraft(saved)} />
      <Layout.Section>
        <BlockStack gap="400">
          {fault?.field === null ? <Banner tone="critical">{t(fault.key, fault.parameters)}</Banner> : null}
          <Basics
            draft={draft}
            setDraft={setDraft}
            segments={segments}
            fault={fault}
            language={language}
            setLanguage={setLanguage}
          />
          <Questions draft={draft} setDraft={setDraft} kinds={kinds} language={language} fault={fault} />
        </BlockStack>
      </Layout.Section>
      <Layout.Section variant="oneThird">{asked ? <SurveyPreview survey={asked} /> : null}</Layout.Section>
    </Layout>
  );
}

const PREVIEW_DELAY_MS = 250;

/** Drawn by the server, which knows the kinds that plugins add. */
function usePreview(draft: SurveyDraft, language: string): AskedSurvey | undefined {
  const fetcher = useFetcher<AskedSurvey>();
  const { submit } = fetcher;
  const text = JSON.stringify(draft);
  useEffect(() => {
    const show = () => submit({ draft: text, language }, { method: "post", action: "/app/surveys/preview" });
    const timer = setTimeout(show, PREVIEW_DELAY_MS);
    return () => clearTimeout(timer);
  }, [text, language, submit]);
  return fetcher.data;
}

type PartProps = {
  draft: SurveyDraft;
  setDraft: (draft: SurveyDraft) => void;
  language: string;
  fault: FormFault | null | undefined;
};

function Basics({
  draft,
  setDraft,
  segments,
  fault,
  language,
  setLanguage,
}: PartProps & { segments: Props["segments"]; setLanguage: (code: string) => void }) {
  const { t } = useTranslation();
  const error = (field: string) => (fault?.field === field ? t(fault.key, fault.parameters) : undefined);
  return (
    <Card>
      <FormLayout>
        <FormLayout.Group>
          <TextField
            label={t("surveys.name")}
            value={draft.name}
            onChange={(name) => setDraft({ ...draft, name })}
            error={error("name")}
            autoComplete="off"
            requiredIndicator
          />
          <TextField
            label={t("surveys.handle")}
            helpText={t("surveys.handle_help")}
            value={draft.handle}
            onChange={(handle) => setDraft({ ...draft, handle })}
            error={error("handle")}
            autoComplete="off"
            requiredIndicator
          />
        </FormLayout.Group>
        <ChoiceList
          title={t("surveys.where")}
          allowMultiple
          choices={(["thank_you", "storefront"] as const).map((value) => ({
            value,
            label: t(`surveys.surface.${value}`),
          }))}
          selected={draft.placements}
          onChange={(placements) => setDraft({ ...draft, placements: placements as Surface[] })}
        />
        <Select
          label={t("surveys.audience")}
          helpText={t("surveys.audience_help")}
          value={draft.segmentId ?? ""}
          options={[
            { value: "", label: t("surveys.everyone") },
            ...segments.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={(id) => setDraft({ ...draft, segmentId: id || null })}
        />
        <Words draft={draft} setDraft={setDraft} language={language} setLanguage={setLanguage} />
      </FormLayout>
    </Card>
  );
}

type WordsProps = Pick<PartProps, "draft" | "setDraft" | "language"> & { setLanguage: (code: string) => void };

function Words({ draft, setDraft, language, setLanguage }: WordsProps) {
  const { t } = useTranslation();
  const words = draft.words[language] ?? NO_WORDS;
  const say = (change: Partial<SurveyWords>) =>
    setDraft({ ...draft, words: { ...draft.words, [language]: { ...words, ...change } } });
  return (
    <>
      <Select
        label={t("surveys.language")}
        value={language}
        options={LANGUAGES.map((value) => ({ value, label: t(`surveys.languages.${value}`) }))}
        onChange={setLanguage}
      />
      <FormLayout.Group>
        <TextField
          label={t("surveys.heading")}
          value={words.title}
          onChange={(title) => say({ title })}
          autoComplete="off"
        />
        <TextField
          label={t("surveys.thanks")}
          value={words.thanks}
          onChange={(thanks) => say({ thanks })}
          autoComplete="off"
        />
        <TextField
          label={t("surveys.submit")}
          value={words.submit}
          onChange={(submit) => say({ submit })}
          autoComplete="off"
        />
      </FormLayout.Group>
    </>
  );
}

function Questions({ draft, setDraft, kinds, language, fault }: PartProps & { kinds: Props["kinds"] }) {
  const { t } = useTranslation();
  const set = (questions: Question[]) => setDraft({ ...draft, questions });
  const add = () =>
    set([
      ...draft.questions,
      {
        handle: `question_${draft.questions.length + 1}`,
        kind: "single_choice",
        optional: false,
        settings: { choices: [] },
        words: { en: { label: "", choices: [], low: "", high: "" } },
      },
    ]);
  return (
    <>
      {draft.questions.map((question, at) => (
        <QuestionCard
          key={at}
          question={question}
          at={at}
          last={at === draft.questions.length - 1}
          kinds={kinds}
          language={language}
          fault={fault?.field === `question.${at}` ? fault.key : undefined}
          onChange={(next) => set(draft.questions.with(at, next))}
          onMove={(by) => set(draft.questions.with(at, draft.questions[at + by] ?? question).with(at + by, question))}
          onRemove={() => set(draft.questions.toSpliced(at, 1))}
        />
      ))}
      <InlineStack>
        <Button onClick={add}>{t("surveys.question.add")}</Button>
      </InlineStack>
      {fault?.field === "questions" ? <Banner tone="critical">{t(fault.key, fault.parameters)}</Banner> : null}
    </>
  );
}
