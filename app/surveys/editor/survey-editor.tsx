import { BlockStack, Card, Layout, SkeletonBodyText } from "@shopify/polaris";
import { useEffect, useState } from "react";
import type { Editing } from "../../ui/editing/draft.ts";
import { useFaultText } from "../../ui/editing/fault-text.ts";
import { useFirstFault } from "../../ui/fields/first-fault.ts";
import type { KindView } from "../kind-view.ts";
import { QuestionList } from "./question-list.tsx";
import { SurveyBasics } from "./survey-basics.tsx";
import type { SurveyDraft } from "../survey.ts";
import { SurveyPreview } from "./survey-preview.tsx";
import type { AskedSurvey } from "../wire.ts";

type Props = {
  editing: Editing<SurveyDraft>;
  isAsked: boolean;
  isNew: boolean;
  kinds: KindView[];
  segments: { id: string; name: string }[];
  others: string[];
  clientId: string;
};

/** Questions on the left, the thank-you page as the shopper sees it on the right. */
export function SurveyEditor({ editing, isAsked, isNew, kinds, segments, others, clientId }: Props) {
  const { draft, set } = editing;
  const { questions, ...basics } = draft;
  const [language, setLanguage] = useState("en");
  const asked = usePreview(draft, language);
  const faultOf = useFaultText(editing.faults);
  useFirstFault(editing.refused);
  return (
    <Layout>
      <Layout.Section>
        <BlockStack gap="400">
          <SurveyBasics
            basics={basics}
            setBasics={(next) => set({ ...next, questions })}
            segments={segments}
            others={others}
            isAsked={isAsked}
            isNew={isNew}
            clientId={clientId}
            language={language}
            setLanguage={setLanguage}
            faultOf={faultOf}
          />
          <QuestionList
            questions={questions}
            setQuestions={(next) => set({ ...draft, questions: next })}
            kinds={kinds}
            language={language}
            faultOf={faultOf}
          />
        </BlockStack>
      </Layout.Section>
      <Layout.Section variant="oneThird">
        <div className="survey-aside">{asked ? <SurveyPreview survey={asked} /> : <Outline />}</div>
      </Layout.Section>
    </Layout>
  );
}

/** Drawn until the preview is loaded. */
const Outline = () => (
  <Card>
    <SkeletonBodyText lines={6} />
  </Card>
);

const PREVIEW_DELAY_MS = 250;

/** The preview. The server draws it, because only the server has the question kinds of plugins. A later change replaces it. */
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
    // If no answer arrives, the last preview stays, and the next change asks again.
    const timer = setTimeout(() => void show().catch(() => undefined), PREVIEW_DELAY_MS);
    return () => {
      clearTimeout(timer);
      halt.abort();
    };
  }, [text, language]);
  return asked;
}
