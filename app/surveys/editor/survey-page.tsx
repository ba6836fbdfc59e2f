import { useFetcher } from "@remix-run/react";
import { Modal, TitleBar } from "@shopify/app-bridge-react";
import { Banner, BlockStack, Box, Card, Text } from "@shopify/polaris";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Attention } from "../../attention.ts";
import { AppPage } from "../../ui/app-page.tsx";
import { AttentionList } from "../../ui/attention-list.tsx";
import { rememberDeleted } from "../../ui/deleted-banner.tsx";
import type { FormFault } from "./editing.server.ts";
import type { KindView } from "../kind-view.ts";
import type { SeenAs } from "../seen-as.ts";
import { SeenBadge } from "../survey-list.tsx";
import type { SurveyDraft } from "../survey.ts";
import { SurveyEditor } from "./survey-editor.tsx";
import { templates } from "./templates.ts";

type Props = {
  id: string | null;
  state: string;
  seen: SeenAs;
  attention: Attention[];
  draft: SurveyDraft;
  /** That a new survey begins with; empty for a blank page. */
  template: string;
  kinds: KindView[];
  segments: { id: string; name: string }[];
  clientId: string;
};

export function SurveyPage({ id, state, seen, attention, draft, template, kinds, segments, clientId }: Props) {
  const { t } = useTranslation();
  const fetcher = useFetcher<{ fault: FormFault | null }>();
  const [dirty, setDirty] = useState(false);
  const [asking, setAsking] = useState(false);
  const act = (intent: string) => () => fetcher.submit({ intent }, { method: "post" });
  const remove = () => {
    setAsking(false);
    rememberDeleted({ id: id ?? "", name: draft.name, form: { intent: "save", draft: JSON.stringify(draft) } });
    act("delete")();
  };
  const fault = fetcher.data?.fault;
  const running = state === "active";
  const switching = {
    content: t(running ? "surveys.end" : "surveys.start"),
    onAction: act(running ? "end" : "start"),
    loading: fetcher.state !== "idle",
    // What is asked is what is saved.
    disabled: dirty,
  };
  const others = [
    { content: t("surveys.results"), url: `/app/surveys/${id}/results` },
    { content: t("surveys.delete"), destructive: true, onAction: () => setAsking(true) },
  ];
  return (
    <AppPage
      title={draft.name || t("surveys.new")}
      backAction={{ content: t("surveys.title"), url: "/app/surveys" }}
      {...(id
        ? {
            titleMetadata: <SeenBadge seen={seen} />,
            primaryAction: switching,
            secondaryActions: others,
          }
        : {})}
    >
      <BlockStack gap="400">
        {fault ? <Banner tone="critical">{t(fault.key, fault.parameters)}</Banner> : null}
        {attention.length > 0 ? (
          <Card>
            <AttentionList entries={attention} named={false} />
          </Card>
        ) : null}
        <SurveyEditor
          key={`${id} ${JSON.stringify(draft)}`}
          draft={draft}
          suggestedName={Object.hasOwn(templates, template) ? t(`surveys.template.${template}.name`) : ""}
          isAsked={state !== "draft"}
          kinds={kinds}
          segments={segments}
          clientId={clientId}
          onDirty={setDirty}
        />
      </BlockStack>
      <Modal open={asking} onHide={() => setAsking(false)}>
        <Box padding="400">
          <Text as="p">{t("surveys.delete_ask")}</Text>
        </Box>
        <TitleBar title={t("surveys.delete_title", { name: draft.name })}>
          <button variant="primary" tone="critical" onClick={remove}>
            {t("surveys.delete")}
          </button>
          <button onClick={() => setAsking(false)}>{t("surveys.delete_keep")}</button>
        </TitleBar>
      </Modal>
    </AppPage>
  );
}
