import { useFetcher } from "@remix-run/react";
import { Modal, TitleBar } from "@shopify/app-bridge-react";
import { Banner, BlockStack, Box, Card, Text } from "@shopify/polaris";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Fault } from "../../fields.ts";
import { AppPage } from "../../ui/app-page.tsx";
import { AttentionList } from "../../ui/attention-list.tsx";
import { rememberDeleted } from "../../ui/deleted-banner.tsx";
import type { OfferOutcome } from "./editing.server.ts";
import { formOf, type EditorView, type OfferDraft } from "./offer-draft.ts";
import { OfferEditor } from "./offer-editor.tsx";
import { faultKey } from "../offer.ts";
import { SeenBadge } from "../offer-list.tsx";

type Asked = "end" | "delete";

function newFormOf(draft: OfferDraft): FormData {
  const form = formOf(draft);
  form.set("intent", "save");
  return form;
}

export function OfferPage({ view, clientId }: { view: EditorView; clientId: string }) {
  const { t } = useTranslation();
  const fetcher = useFetcher<OfferOutcome>();
  // What was changed is changed against one saved draft: another one, after saving, begins clean.
  const saved = JSON.stringify(view.draft);
  const [changed, setChanged] = useState<string | null>(null);
  const dirty = changed === saved;
  const [asked, ask] = useState<Asked | null>(null);
  const { id, version, state, draft } = view;
  const act = (intent: string) => () => {
    ask(null);
    if (intent === "delete") rememberDeleted({ id: id ?? "", name: draft.name, form: newFormOf(draft) });
    fetcher.submit({ intent, version, name: t("offers.copy_of", { name: draft.name }) }, { method: "post" });
  };
  const live = state === "active" || state === "scheduled";
  const main = live
    ? { content: t("offers.action.pause"), onAction: act("pause") }
    : { content: t(state === "paused" ? "offers.action.resume" : "offers.action.publish"), onAction: act("publish") };
  const others = [
    { content: t("offers.action.duplicate"), onAction: act("duplicate"), disabled: dirty },
    ...(live || state === "paused" ? [{ content: t("offers.action.end"), onAction: () => ask("end") }] : []),
    { content: t("offers.action.delete"), destructive: true, onAction: () => ask("delete") },
  ];
  const [refusal] = Object.values(fetcher.data?.faults ?? {});
  return (
    <AppPage
      title={draft.name || t("offers.new")}
      titleMetadata={<SeenBadge seen={view.seen} />}
      backAction={{ content: t("offers.title"), url: "/app/offers" }}
      fullWidth
      {...(id && state !== "ended"
        ? { primaryAction: { ...main, disabled: dirty, loading: fetcher.state !== "idle" } }
        : {})}
      {...(id ? { secondaryActions: others } : {})}
    >
      <BlockStack gap="400">
        <Told fault={refusal} />
        {view.attention.length > 0 ? (
          <Card>
            <AttentionList entries={view.attention} named={false} />
          </Card>
        ) : null}
        <OfferEditor
          key={`${id} ${saved}`}
          view={view}
          clientId={clientId}
          onDirty={(on) => setChanged(on ? saved : null)}
        />
      </BlockStack>
      <Question asked={asked} name={draft.name} onNo={() => ask(null)} onYes={act} />
    </AppPage>
  );
}

function Told({ fault }: { fault: Fault | undefined }) {
  const { t } = useTranslation();
  if (!fault) return null;
  return <Banner tone="critical">{t(faultKey(fault.key), fault.parameters ?? {})}</Banner>;
}

type QuestionProps = { asked: Asked | null; name: string; onNo: () => void; onYes: (intent: Asked) => () => void };

/** Before what cannot be taken back. */
function Question({ asked, name, onNo, onYes }: QuestionProps) {
  const { t } = useTranslation();
  return (
    <Modal open={asked !== null} onHide={onNo}>
      <Box padding="400">
        <Text as="p">{asked ? t(`offers.ask.${asked}`) : null}</Text>
      </Box>
      <TitleBar title={asked ? t(`offers.ask.${asked}_title`, { name }) : ""}>
        <button variant="primary" tone="critical" onClick={asked ? onYes(asked) : undefined}>
          {asked ? t(`offers.action.${asked}`) : ""}
        </button>
        <button onClick={onNo}>{t("offers.ask.cancel")}</button>
      </TitleBar>
    </Modal>
  );
}
