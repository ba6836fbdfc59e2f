import { useFetcher } from "@remix-run/react";
import { Banner, BlockStack, Card, Layout, SkeletonBodyText } from "@shopify/polaris";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { EditBar } from "../../ui/edit-bar.tsx";
import { useFirstFault } from "../../ui/first-fault.ts";
import type { FormFault } from "./editing.server.ts";
import type { KindView } from "../kind-view.ts";
import { itemsOf, QuestionList } from "./question-list.tsx";
import { SurveyBasics, type Basics } from "./survey-basics.tsx";
import type { SurveyDraft } from "../survey.ts";
import { SurveyPreview } from "./survey-preview.tsx";
import type { AskedSurvey } from "../wire.ts";

type Props = {
  draft: SurveyDraft;
  /** Of a new survey; it can be saved as it is. */
  suggestedName: string;
  isAsked: boolean;
  kinds: KindView[];
  segments: { id: string; name: string }[];
  clientId: string;
  onDirty: (dirty: boolean) => void;
};

/** Questions on the left, the thank-you page as the shopper sees it on the right. */
export function SurveyEditor({ draft: saved, suggestedName, isAsked, kinds, segments, clientId, onDirty }: Props) {
  const { t } = useTranslation();
  const fetcher = useFetcher<{ fault: FormFault | null }>();
  const [basics, setBasics] = useState<Basics>({ ...saved, name: saved.name || suggestedName });
  const [items, setItems] = useState(() => itemsOf(saved.questions));
  const [language, setLanguage] = useState("en");
  const draft = { ...basics, questions: items.map(({ question }) => question) };
  const dirty = JSON.stringify(draft) !== JSON.stringify(saved);
  useEffect(() => onDirty(dirty), [dirty, onDirty]);
  const asked = usePreview(draft, language);
  const fault = fetcher.data?.fault;
  const faultOf = (field: string) => (fault?.field === field ? t(fault.key, fault.parameters) : undefined);
  useFirstFault(fault);
  const save = () => fetcher.submit({ intent: "save", draft: JSON.stringify(draft) }, { method: "post" });
  const discard = () => {
    setBasics(saved);
    setItems(itemsOf(saved.questions));
  };
  return (
    <Layout>
      <EditBar dirty={dirty} busy={fetcher.state !== "idle"} onSave={save} onDiscard={discard} />
      <Layout.Section>
        <BlockStack gap="400">
          {fault?.field === null ? <Banner tone="critical">{t(fault.key, fault.parameters)}</Banner> : null}
          <SurveyBasics
            basics={basics}
            setBasics={setBasics}
            segments={segments}
            isAsked={isAsked}
            clientId={clientId}
            language={language}
            setLanguage={setLanguage}
            faultOf={faultOf}
          />
          <QuestionList items={items} setItems={setItems} kinds={kinds} language={language} faultOf={faultOf} />
        </BlockStack>
      </Layout.Section>
      <Layout.Section variant="oneThird">
        <div className="survey-aside">{asked ? <SurveyPreview survey={asked} /> : <Outline />}</div>
      </Layout.Section>
    </Layout>
  );
}

/** The preview's place until it is drawn. */
const Outline = () => (
  <Card>
    <SkeletonBodyText lines={6} />
  </Card>
);

const PREVIEW_DELAY_MS = 250;

/** Drawn by the server, which knows the kinds that plugins add. What is written meanwhile takes its place. */
function usePreview(draft: SurveyDraft, language: string): AskedSurvey | undefined {
  const [asked, setAsked] = useState<AskedSurvey>();
  const text = JSON.stringify(draft);
  useEffect(() => {
    const halt = new AbortController();
    const show = async () => {
      const body = new URLSearchParams({ draft: text, language });
      const answer = await fetch("/app/surveys/preview", { method: "POST", body, signal: halt.signal });
      if (answer.ok) setAsked((await answer.json()) as AskedSurvey);
    };
    // Without an answer the last one stays; the next change asks again.
    const timer = setTimeout(() => void show().catch(() => undefined), PREVIEW_DELAY_MS);
    return () => {
      clearTimeout(timer);
      halt.abort();
    };
  }, [text, language]);
  return asked;
}
