import { Modal, TitleBar } from "@shopify/app-bridge-react";
import { Banner, BlockStack, Box, Card, Text } from "@shopify/polaris";
import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
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
import { useShop, type ShopContext } from "../../ui/shop-context.ts";
import { formOf, type EditorView, type OfferDraft, type OfferView } from "./draft/offer-draft.ts";
import { EndedOffer } from "./ended-offer.tsx";
import { OfferEditor } from "./offer-editor.tsx";
import { wallText } from "./draft/rule-sentence.ts";
import { useDescribe } from "./use-describe.ts";
import type { OfferState } from "../offer.ts";
import { ReachCard } from "../results/reach-card.tsx";
import type { Reach } from "../results/read-reach.server.ts";
import { TestCard } from "../experiment/test-card.tsx";
import type { OfferTest } from "../experiment/test-of-offer.ts";
import { ResultsCard } from "../results/results-card.tsx";
import type { OfferResults } from "../results/results.ts";
import { SeenBadge } from "../screens/offer-list.tsx";
import { isLive, isPassing } from "../standing/seen-as.ts";

type Asked = "end" | "delete" | "publish";

function newFormOf(draft: OfferDraft): FormData {
  const form = formOf(draft);
  form.set("intent", "save");
  return form;
}

const saveFormOf =
  ({ locale }: ShopContext) =>
  (draft: OfferDraft, version: string): FormData => {
    const form = newFormOf(draft);
    form.set("version", version);
    form.set("locale", locale);
    return form;
  };

/** The fields of faults have the names of the form's fields. */
const partOf = (draft: OfferDraft, field: string): unknown => formOf(draft).getAll(field);

const DONE = Object.fromEntries(
  ["publish", "pause", "mend", "end", "duplicate"].map((intent) => [intent, `offers.done.${intent}`]),
);

/** `results` and `reach` undefined: the offer was never published. `test` null: the offer was never tested. */
type Props = {
  view: OfferView;
  results: OfferResults | null | undefined;
  reach: Reach | null | undefined;
  test: OfferTest | null;
  clientId: string;
};

export function OfferPage({ view, results, reach, test, clientId }: Props) {
  const { t } = useTranslation();
  const shop = useShop();
  const { id, version, state, draft } = view;
  const isOver = state === "ended";
  const editing = useDraft({ saved: { draft, version }, formOf: saveFormOf(shop), partOf });
  const { act, busy, refusal } = useAct(DONE);
  useRefresh(isPassing(view.seen));
  const [asked, ask] = useState<Asked | null>(null);
  const describe = useDescribe(view);
  const others = view.attention.filter((entry) => !isFound(entry));
  const press = (intent: string) => () => {
    ask(null);
    if (intent === "delete") rememberDeleted({ id: id ?? "", name: draft.name, form: newFormOf(draft) });
    act(intent, { version, name: freeName(t("offers.copy_of", { name: draft.name }), [...view.others, draft.name]) });
  };
  return (
    <AppPage
      title={draft.name || t("offers.new")}
      titleMetadata={<SeenBadge seen={view.seen} />}
      backAction={{ content: t("offers.title"), url: "/app/offers" }}
      fullWidth
      {...(id ? actionsOf(t, state, { press, ask, off: editing.dirty, busy, gives: givesAll(view) }) : {})}
    >
      {isOver ? null : <EditBar editing={editing} />}
      <BlockStack gap="400">
        <FaultBanner fault={refusal} />
        <RetryBanner retrying={view.retrying} />
        {isOver ? null : <EditBanners editing={editing} describe={describe} />}
        <FoundInShopify view={view} mend={{ onAction: press("mend"), loading: busy, disabled: editing.dirty }} />
        {others.length > 0 ? (
          <Card>
            <AttentionList entries={others} named={false} />
          </Card>
        ) : null}
        {test ? <TestCard test={test} seen={view.seen} /> : null}
        {reach === undefined ? null : <ReachCard reach={reach} />}
        {results === undefined ? null : <ResultsCard results={results} isFolded={test !== null} />}
        {isOver ? (
          <EndedOffer endedAt={wallText(draft.ends, shop)} described={describe(draft)} />
        ) : (
          <OfferEditor view={view} test={test} clientId={clientId} editing={editing} />
        )}
      </BlockStack>
      <Question asked={asked} name={draft.name} namedBy={view.namedBy} onNo={() => ask(null)} onYes={press} />
    </AppPage>
  );
}

const isFound = ({ key }: Attention): boolean => key.startsWith("offers.found.");

type Mend = { onAction: () => void; loading: boolean; disabled: boolean };

/** How the merchant changed the offer's discount in the store's admin, and the button that undoes the change. */
function FoundInShopify({ view: { attention, state, mends }, mend }: { view: EditorView; mend: Mend }) {
  const { t } = useTranslation();
  const found = attention.filter(isFound);
  if (!mends || found.length === 0) return null;
  const content = t(isLive(state) ? "offers.action.publish_again" : "offers.action.stop_again");
  return (
    <Banner
      tone={found.some(({ tone }) => tone === "critical") ? "critical" : "info"}
      title={t("offers.found.banner")}
      action={{ content, ...mend }}
    >
      {found.map(({ key, parameters }) => (
        <p key={key}>{t(key, parameters ?? {})}</p>
      ))}
    </Banner>
  );
}

/** A whole discount for everyone, without a code. */
const givesAll = ({ content, draft }: OfferView): boolean =>
  content?.shape === "discount" && Number(content.percent) === 100 && content.code === null && draft.segment === "";

type Buttons = {
  press: (intent: string) => () => void;
  ask: (asked: Asked) => void;
  /** True while the draft is not saved: only a saved offer can be published or copied. */
  off: boolean;
  busy: boolean;
  /** The offer gives everything away to everyone, so the merchant is asked before it is published. */
  gives: boolean;
};

/**
 * The primary button brings the offer into the storefront. Buttons that take the offer out are secondary. An ended offer can only
 * be copied.
 */
function actionsOf(t: TFunction, state: OfferState, { press, ask, off, busy, gives }: Buttons) {
  const live = isLive(state);
  const duplicate = { content: t("offers.action.duplicate"), onAction: press("duplicate"), disabled: off };
  const remove = { content: t("offers.action.delete"), destructive: true, onAction: () => ask("delete") };
  if (state === "ended") return { primaryAction: { ...duplicate, loading: busy }, secondaryActions: [remove] };
  const publish = t(state === "paused" ? "offers.action.resume" : "offers.action.publish");
  return {
    ...(live
      ? {}
      : {
          primaryAction: {
            content: publish,
            onAction: gives ? () => ask("publish") : press("publish"),
            disabled: off,
            loading: busy,
          },
        }),
    secondaryActions: [
      // The last button stands where the primary button was, so the last one must do no harm.
      remove,
      ...(live || state === "paused" ? [{ content: t("offers.action.end"), onAction: () => ask("end") }] : []),
      duplicate,
      ...(live ? [{ content: t("offers.action.pause"), onAction: press("pause"), disabled: off }] : []),
    ],
  };
}

type QuestionProps = {
  asked: Asked | null;
  name: string;
  namedBy: string[];
  onNo: () => void;
  onYes: (intent: Asked) => () => void;
};

/** Asks the merchant before an action that cannot be undone. */
function Question({ asked, name, namedBy, onNo, onYes }: QuestionProps) {
  const { t } = useTranslation();
  const { locale } = useShop();
  return (
    <Modal open={asked !== null} onHide={onNo}>
      <Box padding="400">
        <BlockStack gap="200">
          <Text as="p">{asked ? t(`offers.ask.${asked}`) : null}</Text>
          {asked === "delete" && namedBy.length > 0 ? (
            <Text as="p">
              {t("offers.ask.named_by", { count: namedBy.length, names: new Intl.ListFormat(locale).format(namedBy) })}
            </Text>
          ) : null}
        </BlockStack>
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
