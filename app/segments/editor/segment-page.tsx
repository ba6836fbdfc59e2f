import { useFetcher } from "@remix-run/react";
import { Modal, TitleBar } from "@shopify/app-bridge-react";
import { Banner, BlockStack, Box, Text } from "@shopify/polaris";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { AppPage } from "../../ui/app-page.tsx";
import type { EditorView, SegmentOutcome } from "../editing.server.ts";
import { StandingBadge, usesText } from "../segment-row.tsx";
import { SegmentEditor } from "./segment-editor.tsx";

export function SegmentPage({ view }: { view: EditorView }) {
  const { t } = useTranslation();
  const fetcher = useFetcher<SegmentOutcome>();
  const [dirty, setDirty] = useState(view.template !== null);
  const [asking, ask] = useState(false);
  const act = (intent: string) => {
    ask(false);
    fetcher.submit({ intent, name: t("segments.copy_of", { name: view.name }) }, { method: "post" });
  };
  const fault = fetcher.data?.faults?.["form"];
  const { id, standing } = view;
  return (
    <AppPage
      title={view.name || t("segments.new")}
      backAction={{ content: t("segments.title"), url: "/app/segments" }}
      fullWidth
      {...(standing
        ? { titleMetadata: <StandingBadge segment={standing} />, subtitle: usesText(t, standing.uses) }
        : {})}
      {...(id
        ? {
            primaryAction: { content: t("segments.action.customers"), url: `/app/customers?segment=${id}` },
            secondaryActions: [
              { content: t("segments.action.duplicate"), onAction: () => act("duplicate"), disabled: dirty },
              { content: t("segments.action.archive"), destructive: true, onAction: () => ask(true) },
            ],
          }
        : {})}
    >
      <BlockStack gap="400">
        {fault ? <Banner tone="critical">{t(fault.key, fault.parameters ?? {})}</Banner> : null}
        {standing?.fault ? (
          <Banner tone="critical" title={t("segments.standing.fault")}>
            {t(standing.fault.startsWith("failed") ? "segments.standing.failed" : "segments.standing.unreadable")}
          </Banner>
        ) : null}
        <SegmentEditor key={`${id} ${view.name} ${view.query}`} view={view} onDirty={setDirty} />
      </BlockStack>
      <Modal open={asking} onHide={() => ask(false)}>
        <Box padding="400">
          <Text as="p">{t("segments.archive.text")}</Text>
        </Box>
        <TitleBar title={t("segments.action.archive")}>
          <button variant="primary" tone="critical" onClick={() => act("archive")}>
            {t("segments.action.archive")}
          </button>
          <button onClick={() => ask(false)}>{t("segments.archive.cancel")}</button>
        </TitleBar>
      </Modal>
    </AppPage>
  );
}
