import { Modal, TitleBar } from "@shopify/app-bridge-react";
import { Banner, BlockStack, Box, Card, List, Text } from "@shopify/polaris";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Attention } from "../../attention.ts";
import { AppPage } from "../../ui/app-page.tsx";
import { AttentionList } from "../../ui/attention-list.tsx";
import { rememberDeleted } from "../../ui/deleted-banner.tsx";
import { useAct } from "../../ui/editing/act.ts";
import { useDraft } from "../../ui/editing/draft.ts";
import { FaultBanner } from "../../ui/editing/fault-banner.tsx";
import { EditBanners } from "../../ui/editing/edit-banners.tsx";
import { EditBar } from "../../ui/editing/edit-bar.tsx";
import { useShop } from "../../ui/shop-context.ts";
import { useDescribe } from "./describe.ts";
import type { KindView } from "../kind-view.ts";
import { newCounts } from "../answers/joined.ts";
import type { SeenAs } from "../seen-as.ts";
import { SeenBadge } from "../survey-list.tsx";
import type { Question, SurveyDraft } from "../survey.ts";
import { SurveyEditor } from "./survey-editor.tsx";
import { templates } from "./templates.ts";

type Props = {
  id: string | null;
  version: string;
  state: string;
  seen: SeenAs;
  attention: Attention[];
  /** Somebody answered. */
  answered: boolean;
  draft: SurveyDraft;
  /** That a new survey begins with; empty for a blank page. */
  template: string;
  kinds: KindView[];
  segments: { id: string; name: string }[];
  /** Names of the other surveys. */
  others: string[];
  clientId: string;
};

const DONE = { start: "surveys.done.start", end: "surveys.done.end" };

const formIn =
  (locale: string) =>
  (draft: SurveyDraft, version: string): FormData => {
    const form = new FormData();
    const fields = { intent: "save", version, locale, draft: JSON.stringify(draft) };
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    return form;
  };

/** `question.0.settings.NAME` is a path; a label's fault is about the English one. */
function partOf(draft: SurveyDraft, field: string): unknown {
  const [first, at, ...path] = field.split(".");
  if (first !== "question") return draft[field as keyof SurveyDraft];
  const question = draft.questions[Number(at)];
  if (path[0] === "label") return question?.words.en?.label;
  return path.reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], question);
}

export function SurveyPage(props: Props) {
  const { id, version, state, seen, attention, answered, draft, template, kinds, segments, others, clientId } = props;
  const { t } = useTranslation();
  const suggested = Object.hasOwn(templates, template) ? t(`surveys.template.${template}.name`) : "";
  const { locale } = useShop();
  const editing = useDraft({
    saved: { draft, version },
    initial: { ...draft, name: draft.name || suggested },
    formOf: formIn(locale),
    partOf,
  });
  const { act, busy, refusal } = useAct(DONE);
  const describe = useDescribe({ kinds, segments });
  const [asking, setAsking] = useState(false);
  const remove = () => {
    setAsking(false);
    rememberDeleted({ id: id ?? "", name: draft.name, form: { intent: "save", draft: JSON.stringify(draft) } });
    act("delete");
  };
  const running = state === "active";
  const switching = {
    content: t(running ? "surveys.end" : "surveys.start"),
    onAction: () => act(running ? "end" : "start", { version }),
    loading: busy,
    // What is asked is what is saved.
    disabled: editing.dirty,
  };
  const results = { content: t("surveys.results"), url: `/app/surveys/${id}/results` };
  const removing = { content: t("surveys.delete"), destructive: true, onAction: () => setAsking(true) };
  return (
    <AppPage
      title={draft.name || t("surveys.new")}
      backAction={{ content: t("surveys.title"), url: "/app/surveys" }}
      {...(id
        ? {
            titleMetadata: <SeenBadge seen={seen} />,
            // Of a survey that was asked one wants to read the answers first.
            primaryAction: state === "draft" ? switching : results,
            secondaryActions: state === "draft" ? [removing] : [switching, removing],
          }
        : {})}
    >
      <EditBar editing={editing} />
      <BlockStack gap="400">
        <FaultBanner fault={refusal} />
        <FaultBanner fault={editing.faults.find(({ field }) => field === undefined)} />
        {attention.length > 0 ? (
          <Card>
            <AttentionList entries={attention} named={false} />
          </Card>
        ) : null}
        <EditBanners editing={editing} describe={describe} />
        <NewCounts begun={answered ? newCounts(draft.questions, editing.draft.questions) : []} />
        <SurveyEditor
          editing={editing}
          isAsked={state !== "draft"}
          isNew={id === null}
          kinds={kinds}
          segments={segments}
          others={others}
          clientId={clientId}
        />
      </BlockStack>
      <Modal open={asking} onHide={() => setAsking(false)}>
        <Box padding="400">
          <Text as="p">
            {t(answered ? `surveys.delete_held.${running ? "running" : "over"}` : "surveys.delete_ask")}
          </Text>
        </Box>
        <TitleBar title={t(answered ? "surveys.delete_held.title" : "surveys.delete_title", { name: draft.name })}>
          {answered ? null : (
            <button variant="primary" tone="critical" onClick={remove}>
              {t("surveys.delete")}
            </button>
          )}
          <button onClick={() => setAsking(false)}>
            {t(answered ? "surveys.delete_held.close" : "surveys.delete_keep")}
          </button>
        </TitleBar>
      </Modal>
    </AppPage>
  );
}

/** Before a change is saved that no longer counts together with the answers that are there. */
function NewCounts({ begun }: { begun: Question[] }) {
  const { t } = useTranslation();
  if (begun.length === 0) return null;
  return (
    <Banner tone="warning" title={t("surveys.new_count.title")}>
      <BlockStack gap="200">
        <Text as="p">{t("surveys.new_count.text")}</Text>
        <List>
          {begun.map(({ handle, words }) => (
            <List.Item key={handle}>{words.en?.label || handle}</List.Item>
          ))}
        </List>
      </BlockStack>
    </Banner>
  );
}
