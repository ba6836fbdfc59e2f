import { Banner, BlockStack } from "@shopify/polaris";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { AppPage } from "../../ui/frame/app-page.tsx";
import { useAct } from "../../ui/editing/act.ts";
import { useDraft } from "../../ui/editing/draft.ts";
import { FaultBanner } from "../../ui/editing/fault-banner.tsx";
import { EditBanners } from "../../ui/editing/edit-banners.tsx";
import { EditBar } from "../../ui/editing/edit-bar.tsx";
import { Culprits } from "../../ui/culprits.tsx";
import type { Culprit } from "../../culprit.ts";
import { useRefresh } from "../../ui/refresh.ts";
import type { EditorView } from "../editing.server.ts";
import { freeName } from "../../ui/editing/names.ts";
import { isPassing } from "../list/listing.ts";
import { StandingBadge, usesText } from "../list/segment-row.tsx";
import { ArchiveDialog } from "./archive-dialog.tsx";
import { SegmentEditor, type Draft } from "./segment-editor.tsx";

const formOf = (draft: Draft, version: string): FormData => {
  const form = new FormData();
  for (const [name, value] of Object.entries({ intent: "save", version, ...draft })) form.set(name, value);
  return form;
};
const partOf = (draft: Draft, field: string): unknown => draft[field as keyof Draft];

/** `culprits`: the plugins because of which the segment can't be evaluated. */
type Props = { view: EditorView; culprits: readonly Culprit[] };

export function SegmentPage({ view, culprits }: Props) {
  const { t } = useTranslation();
  const { id, name, query, version, standing } = view;
  const editing = useDraft<Draft>({
    saved: { draft: { name, query }, version },
    initial: view.template ?? undefined,
    formOf,
    partOf,
  });
  useRefresh(standing !== null && isPassing(standing));
  const { act, refusal } = useAct({ duplicate: "app.edit.copied" });
  const [asking, ask] = useState(false);
  const archive = () => {
    ask(false);
    act("archive");
  };
  const duplicate = () => act("duplicate", { name: freeName(t("segments.copy_of", { name }), [...view.others, name]) });
  return (
    <AppPage
      title={name || t("segments.new")}
      backAction={{ content: t("segments.title"), url: "/app/segments" }}
      fullWidth
      {...(standing
        ? { titleMetadata: <StandingBadge segment={standing} />, subtitle: usesText(t, standing.uses) }
        : {})}
      {...(id
        ? {
            primaryAction: { content: t("segments.action.customers"), url: `/app/customers?segment=${id}` },
            secondaryActions: [
              { content: t("segments.action.duplicate"), onAction: duplicate, disabled: editing.dirty },
              { content: t("segments.action.archive"), destructive: true, onAction: () => ask(true) },
            ],
          }
        : {})}
    >
      <EditBar editing={editing} />
      <BlockStack gap="400">
        <FaultBanner fault={refusal} />
        <FaultBanner fault={editing.faults.find(({ field }) => field === undefined)} />
        <EditBanners
          editing={editing}
          describe={(draft) => [
            [t("segments.edit.name"), draft.name],
            [t("segments.edit.query"), draft.query],
          ]}
        />
        {standing?.fault ? (
          <Banner tone="critical" title={t("segments.standing.fault")}>
            <BlockStack gap="200">
              {t(standing.fault.startsWith("failed") ? "segments.standing.failed" : "segments.standing.unreadable")}
              <Culprits culprits={culprits} />
            </BlockStack>
          </Banner>
        ) : null}
        <SegmentEditor view={view} editing={editing} />
      </BlockStack>
      <ArchiveDialog open={asking} view={view} onNo={() => ask(false)} onYes={archive} />
    </AppPage>
  );
}
