import { useFetcher } from "@remix-run/react";
import { Banner } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { AppPage } from "../ui/app-page.tsx";
import type { FormFault } from "./editing.server.ts";
import type { SurveyDraft } from "./survey.server.ts";
import { SurveyEditor } from "./survey-editor.tsx";

type Props = {
  id: string | null;
  state: string;
  draft: SurveyDraft;
  kinds: { name: string; label: string }[];
  segments: { id: string; name: string }[];
};

export function SurveyPage({ id, state, draft, kinds, segments }: Props) {
  const { t } = useTranslation();
  const fetcher = useFetcher<{ fault: FormFault | null }>();
  const act = (intent: string) => () => fetcher.submit({ intent }, { method: "post" });
  const fault = fetcher.data?.fault;
  const running = state === "active";
  const switching = {
    content: t(running ? "surveys.end" : "surveys.start"),
    onAction: act(running ? "end" : "start"),
    loading: fetcher.state !== "idle",
  };
  const others = [
    { content: t("surveys.results"), url: `/app/surveys/${id}/results` },
    { content: t("surveys.delete"), destructive: true, onAction: act("delete") },
  ];
  return (
    <AppPage
      title={draft.name || t("surveys.create")}
      backAction={{ content: t("surveys.title"), url: "/app/surveys" }}
      {...(id ? { primaryAction: switching, secondaryActions: others } : {})}
    >
      {fault ? <Banner tone="critical">{t(fault.key, fault.parameters)}</Banner> : null}
      <SurveyEditor key={`${id} ${JSON.stringify(draft)}`} draft={draft} kinds={kinds} segments={segments} />
    </AppPage>
  );
}
