import { Banner, BlockStack, Card, InlineGrid, Text } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import type { Editing } from "../../ui/editing/draft.ts";
import { useFaultText } from "../../ui/editing/fault-text.ts";
import { useFirstFault } from "../../ui/fields/first-fault.ts";
import { useTitles } from "../../ui/fields/resource-titles.tsx";
import { useShop } from "../../ui/shop-context.ts";
import { WhatSection, WhoSection } from "./offer-audience-fields.tsx";
import { liveContent, type OfferDraft, type OfferView } from "./draft/offer-draft.ts";
import { OfferPreview } from "./offer-preview.tsx";
import { TestSection } from "../experiment/test-section.tsx";
import type { OfferTest } from "../experiment/test-of-offer.ts";
import { StoreSays } from "./store-says.tsx";
import { useWhom } from "./use-whom.ts";
import { WhenSection, WhereSection, WordsSection } from "./offer-storefront-fields.tsx";
import { ruleSentence } from "./draft/rule-sentence.ts";

type Props = { view: OfferView; test: OfferTest | null; clientId: string; editing: Editing<OfferDraft> };

/** The form on the left, in the order in which a merchant decides; the preview of the card on the right. */
export function OfferEditor({ view, test, clientId, editing }: Props) {
  const { t } = useTranslation();
  const shop = useShop();
  const { titles } = useTitles();
  const { draft, set, faults } = editing;
  const change = (part: Partial<OfferDraft>) => set({ ...draft, ...part });
  useFirstFault(editing.refused);
  const whom = useWhom(draft, view);
  const kind = view.kinds.find(({ name }) => name === draft.kind);
  const saved = whom.content ?? (draft.kind === view.draft.kind ? view.content : null);
  const content = liveContent(saved, draft, kind);
  const section = { view, draft, content, faults, change };
  const faultText = useFaultText(faults);
  return (
    <InlineGrid columns={{ xs: 1, md: ["twoThirds", "oneThird"] }} gap="400" alignItems="start">
      <BlockStack gap="400">
        {faults.length > 0 ? (
          <Banner tone="critical" title={faultText() ?? t("offers.edit.faults")}>
            {faultText("kind")}
          </Banner>
        ) : null}
        <WhatSection {...section} />
        <WhoSection {...section} />
        <TestSection {...section} limited={whom.limited} test={test} />
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
            <Text as="p">
              {kind ? ruleSentence(t, draft, content, whom.audience, shop, titles) : t("offers.rule.kind_off")}
            </Text>
            {draft.holdout !== "0" && whom.limited ? (
              <Text as="p">{t("offers.test.summary", { share: `${draft.holdout}%` })}</Text>
            ) : null}
            {kind ? <StoreSays offerId={view.id} content={content} /> : null}
          </BlockStack>
        </Card>
        {kind ? (
          <OfferPreview draft={draft} content={content} whom={whom} locales={view.locales} now={view.now} />
        ) : null}
      </div>
    </InlineGrid>
  );
}
