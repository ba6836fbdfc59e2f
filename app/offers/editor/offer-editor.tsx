import { useFetcher } from "@remix-run/react";
import { Banner, BlockStack, Card, InlineGrid, Text } from "@shopify/polaris";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { EditBar } from "../../ui/edit-bar.tsx";
import { useFirstFault } from "../../ui/first-fault.ts";
import { useShop } from "../../ui/shop-context.ts";
import { WhatSection, WhoSection } from "./offer-audience-fields.tsx";
import { formOf, liveContent, type EditorView, type OfferDraft } from "./offer-draft.ts";
import type { OfferOutcome } from "./editing.server.ts";
import { OfferPreview } from "./offer-preview.tsx";
import { useWhom } from "./use-whom.ts";
import { WhenSection, WhereSection, WordsSection } from "./offer-storefront-fields.tsx";
import { ruleSentence } from "./rule-sentence.ts";

type Props = { view: EditorView; clientId: string; onDirty: (dirty: boolean) => void };

/** The form on the left in the order a person thinks, what she will see on the right. */
export function OfferEditor({ view, clientId, onDirty }: Props) {
  const { t } = useTranslation();
  const shop = useShop();
  const fetcher = useFetcher<OfferOutcome>();
  const [draft, setDraft] = useState(view.draft);
  const [round, setRound] = useState(0);
  const dirty = JSON.stringify(draft) !== JSON.stringify(view.draft);
  const faults = fetcher.data?.faults ?? {};
  const change = (part: Partial<OfferDraft>) => {
    const next = { ...draft, ...part };
    setDraft(next);
    onDirty(JSON.stringify(next) !== JSON.stringify(view.draft));
  };
  const save = () => {
    const form = formOf(draft);
    form.set("intent", "save");
    form.set("version", view.version);
    fetcher.submit(form, { method: "post" });
  };
  const discard = () => {
    setDraft(view.draft);
    onDirty(false);
    setRound(round + 1);
  };
  useFirstFault(fetcher.data?.faults);
  const content = liveContent(draft.kind === view.draft.kind ? view.content : null, draft);
  const whom = useWhom(draft, view);
  const section = { view, draft, faults, change };
  return (
    <InlineGrid columns={{ xs: 1, md: ["twoThirds", "oneThird"] }} gap="400" alignItems="start">
      <BlockStack gap="400" key={round}>
        <EditBar dirty={dirty} busy={fetcher.state !== "idle"} onSave={save} onDiscard={discard} />
        {Object.keys(faults).length > 0 ? (
          <Banner tone="critical" title={t(faults["offer"]?.key ?? "offers.edit.faults")}>
            {faults["kind"] ? t(faults["kind"].key, faults["kind"].parameters ?? {}) : null}
          </Banner>
        ) : null}
        <WhatSection {...section} />
        <WhoSection {...section} />
        <WhereSection {...section} clientId={clientId} />
        <WhenSection {...section} />
        <WordsSection {...section} />
      </BlockStack>
      <div className="offer-aside">
        <Card>
          <BlockStack gap="200">
            <Text as="h2" variant="headingMd">
              {t("offers.rule.title")}
            </Text>
            <Text as="p">{ruleSentence(t, draft, content, whom.audience, shop)}</Text>
          </BlockStack>
        </Card>
        <OfferPreview draft={draft} content={content} whom={whom} locales={view.locales} now={view.now} />
      </div>
    </InlineGrid>
  );
}
