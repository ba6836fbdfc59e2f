import { Banner, BlockStack, Card } from "@shopify/polaris";
import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Retrying } from "../../queue.server.ts";
import type { Attention } from "../../attention.ts";
import { AppPage } from "../../ui/frame/app-page.tsx";
import { AttentionList } from "../../ui/attention-list.tsx";
import { rememberDeleted } from "../../ui/lists/deleted-banner.tsx";
import { useAct } from "../../ui/editing/act.ts";
import { useDraft } from "../../ui/editing/draft.ts";
import { FaultBanner } from "../../ui/editing/fault-banner.tsx";
import { EditBanners } from "../../ui/editing/edit-banners.tsx";
import { EditBar } from "../../ui/editing/edit-bar.tsx";
import { freeName } from "../../ui/editing/names.ts";
import { RetryBanner } from "../../ui/retry-banner.tsx";
import { useRefresh } from "../../ui/refresh.ts";
import { useShop } from "../../ui/shop-context.ts";
import { useDescribe } from "./draft/describe.ts";
import type { KindView } from "../kind-view.ts";
import { takesPlaces, type SeenAs } from "../seen-as.ts";
import { SeenBadge } from "../survey-list.tsx";
import type { Survey, SurveyDraft } from "../survey.ts";
import { DeleteDialog } from "./delete-dialog.tsx";
import { NewVersion } from "./new-version.tsx";
import { SurveyEditor } from "./survey-editor.tsx";
import { templates } from "./templates.ts";

type Running = Pick<Survey, "id" | "name" | "state" | "placements" | "segmentId">;

type Props = {
  id: string | null;
  version: string;
  /** The number of the version that is asked. */
  asked: number;
  state: string;
  seen: SeenAs;
  attention: Attention[];
  /** How the last try to publish the surveys failed. */
  retrying: Retrying | null;
  /** The survey has answers. */
  answered: boolean;
  draft: SurveyDraft;
  /** The template of a new survey. Empty: no template. */
  template: string;
  kinds: KindView[];
  segments: { id: string; name: string }[];
  /** Names of the other surveys. */
  others: string[];
  /** The surveys that are published, newest first. */
  running: Running[];
  clientId: string;
};

const DONE = { start: "surveys.done.start", end: "surveys.done.end", duplicate: "app.edit.copied" };

const formIn =
  (locale: string) =>
  (draft: SurveyDraft, version: string): FormData => {
    const form = new FormData();
    const fields = { intent: "save", version, locale, draft: JSON.stringify(draft) };
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    return form;
  };

/**
 * The value at the path of a fault's field, such as `question.0.settings.NAME`. A fault of a label is about the English label.
 */
function partOf(draft: SurveyDraft, field: string): unknown {
  const [first, at, ...path] = field.split(".");
  if (first !== "question") return draft[field as keyof SurveyDraft];
  const question = draft.questions[Number(at)];
  if (path[0] === "label") return question?.words.en?.label;
  return path.reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], question);
}

export function SurveyPage(props: Props) {
  const {
    id,
    version,
    asked,
    state,
    seen,
    attention,
    retrying,
    answered,
    draft,
    template,
    kinds,
    segments,
    others,
    running,
    clientId,
  } = props;
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
  useRefresh(retrying !== null);
  const describe = useDescribe({ kinds, segments });
  const [asking, setAsking] = useState(false);
  const remove = () => {
    setAsking(false);
    rememberDeleted({ id: id ?? "", name: draft.name, form: { intent: "save", draft: JSON.stringify(draft) } });
    act("delete");
  };
  const copyName = freeName(t("surveys.copy_of", { name: draft.name }), [...others, draft.name]);
  const buttons = { press: act, ask: () => setAsking(true), off: editing.dirty, busy, copyName };
  return (
    <AppPage
      title={draft.name || t("surveys.new")}
      backAction={{ content: t("surveys.title"), url: "/app/surveys" }}
      titleMetadata={<SeenBadge seen={seen} />}
      {...(id ? actionsOf(t, { id, version, state }, buttons) : {})}
    >
      <EditBar editing={editing} />
      <BlockStack gap="400">
        <FaultBanner fault={refusal} />
        <RetryBanner retrying={retrying} />
        <FaultBanner fault={editing.faults.find(({ field }) => field === undefined)} />
        <AttentionCard entries={attention} />
        <EditBanners editing={editing} describe={describe} />
        <NewVersion
          version={state === "draft" ? null : asked + 1}
          before={draft.questions}
          after={editing.draft.questions}
          isAnswered={answered}
        />
        <TakenPlaces survey={{ ...editing.draft, id: id ?? "" }} running={running} isRunning={state === "active"} />
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
      <DeleteDialog
        open={asking}
        name={draft.name}
        held={answered ? (state === "active" ? "running" : "over") : null}
        onNo={() => setAsking(false)}
        onYes={remove}
      />
    </AppPage>
  );
}

type TakenProps = { survey: Pick<Survey, "id" | "placements" | "segmentId">; running: Running[]; isRunning: boolean };

/** Says beforehand which surveys are no longer asked. */
function TakenPlaces({ survey, running, isRunning }: TakenProps) {
  const { t } = useTranslation();
  const taken = takesPlaces(survey, running);
  if (taken.length === 0) return null;
  return (
    <Banner tone="info">
      {taken.map(({ place, other: { id, name } }) => (
        <p key={`${place} ${id}`}>
          {t(`surveys.takes_place.${isRunning ? "save" : "publish"}`, { place: t(`surveys.surface.${place}`), name })}
        </p>
      ))}
    </Banner>
  );
}

function AttentionCard({ entries }: { entries: Attention[] }) {
  if (entries.length === 0) return null;
  return (
    <Card>
      <AttentionList entries={entries} named={false} />
    </Card>
  );
}

type Buttons = {
  press: (intent: string, fields?: Record<string, string>) => void;
  ask: () => void;
  /** True while the draft is not saved: only the saved survey can be published. */
  off: boolean;
  busy: boolean;
  copyName: string;
};

/** For a survey that was asked, the first button leads to the results. */
function actionsOf(
  t: TFunction,
  { id, version, state }: { id: string; version: string; state: string },
  { press, ask, off, busy, copyName }: Buttons,
) {
  const running = state === "active";
  const switching = {
    content: t(running ? "surveys.end" : "surveys.start"),
    onAction: () => press(running ? "end" : "start", { version }),
    loading: busy,
    disabled: off,
  };
  const results = { content: t("surveys.results"), url: `/app/surveys/${id}/results` };
  const copying = {
    content: t("surveys.duplicate"),
    onAction: () => press("duplicate", { name: copyName }),
    disabled: off,
  };
  const removing = { content: t("surveys.delete"), destructive: true, onAction: ask };
  return state === "draft"
    ? { primaryAction: switching, secondaryActions: [copying, removing] }
    : { primaryAction: results, secondaryActions: [switching, copying, removing] };
}
