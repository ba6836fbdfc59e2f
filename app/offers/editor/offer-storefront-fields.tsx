// The editor's sections on where and when an offer shows, and on its words.
import {
  Banner,
  BlockStack,
  Button,
  Card,
  Checkbox,
  InlineError,
  InlineGrid,
  InlineStack,
  Tabs,
  Text,
  TextField,
} from "@shopify/polaris";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { editorUrl, stands } from "../../blocks.ts";
import { useFaultText } from "../../ui/editing/fault-text.ts";
import { useBlocks, useShop } from "../../ui/shop-context.ts";
import type { SectionProps } from "./offer-audience-fields.tsx";
import type { OfferDraft } from "./draft/offer-draft.ts";
import { languageName } from "./offer-preview.tsx";
import { isWall } from "./draft/rule-sentence.ts";
import { placements, type OfferWords, type Placement } from "../wire.ts";

export function WhereSection({ draft, faults, change, clientId }: SectionProps & { clientId: string }) {
  const { t } = useTranslation();
  const { domain } = useShop();
  const blocks = useBlocks();
  const faultText = useFaultText(faults);
  const fault = faultText("placement");
  const toggle = (placement: Placement, on: boolean) =>
    change({ placements: placements.filter((one) => (one === placement ? on : draft.placements.includes(one))) });
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t("offers.edit.where")}
        </Text>
        <Text as="p" tone="subdued">
          {t("offers.edit.where_help")}
        </Text>
        {placements.map((placement) => (
          <InlineStack key={placement} align="space-between" blockAlign="center" gap="200">
            <Checkbox
              label={t(`offers.placement.${placement}`)}
              checked={draft.placements.includes(placement)}
              onChange={(on) => toggle(placement, on)}
            />
            {blocks && stands(blocks.offer, placement) ? (
              <Text as="span" tone="subdued">
                {t("offers.edit.in_theme")}
              </Text>
            ) : (
              <Button
                variant="plain"
                url={editorUrl(domain, clientId, "offer", placement)}
                external
                accessibilityLabel={t("offers.edit.switch_on_named", { place: t(`offers.placement.${placement}`) })}
              >
                {t("offers.edit.switch_on")}
              </Button>
            )}
          </InlineStack>
        ))}
        {fault ? <InlineError message={fault} fieldID="placement" /> : null}
      </BlockStack>
    </Card>
  );
}

export function WhenSection({ view, draft, faults, change }: SectionProps) {
  const { t } = useTranslation();
  const { timeZone } = useShop();
  const faultText = useFaultText(faults);
  const over = isWall(draft.ends) && draft.ends <= view.now;
  const backwards = isWall(draft.ends) && isWall(draft.starts) && draft.ends <= draft.starts;
  const endFault = backwards
    ? t("offers.fault.ends_before_it_starts")
    : over && view.state !== "ended"
      ? t("offers.fault.ends_in_the_past")
      : undefined;
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t("offers.edit.when")}
        </Text>
        <InlineGrid columns={{ xs: 1, sm: 2 }} gap="300">
          <TextField
            type="datetime-local"
            label={t("offers.edit.starts")}
            value={draft.starts}
            onChange={(starts) => change({ starts })}
            error={faultText("starts")}
            autoComplete="off"
            requiredIndicator
          />
          <TextField
            type="datetime-local"
            label={t("offers.edit.ends")}
            helpText={t("offers.edit.ends_help")}
            value={draft.ends}
            onChange={(ends) => change({ ends })}
            error={faultText("ends") ?? endFault}
            autoComplete="off"
          />
        </InlineGrid>
        <Text as="p" tone="subdued">
          {t("offers.edit.zone", { zone: timeZone.replaceAll("_", " ") })}
        </Text>
      </BlockStack>
    </Card>
  );
}

/** A percentage in the words that differs from the offer's percentage. Null: the words name no other percentage. */
function shareSaidWrong({ words }: OfferDraft, percent: string): string | null {
  if (!percent) return null;
  const said = Object.values(words).flatMap(({ title, text }) => [
    ...`${title} ${text}`.matchAll(/(\d+(?:\.\d+)?)\s?%/g),
  ]);
  return said.find(([, share]) => Number(share) !== Number(percent))?.[1] ?? null;
}

const SAYS_NOTHING: OfferWords = { title: "", text: "", action: "" };
const LONGEST = { title: 80, text: 240, action: 30 };

export function WordsSection({ view, draft, content, faults, change }: SectionProps) {
  const { t } = useTranslation();
  const shop = useShop();
  const faultText = useFaultText(faults);
  const [chosen, choose] = useState(0);
  const locale = view.locales[chosen] ?? "en";
  const words = draft.words[locale] ?? SAYS_NOTHING;
  const percent = content.shape === "discount" ? (content.percent ?? "") : "";
  const otherShare = shareSaidWrong(draft, percent);
  const write = (part: keyof typeof LONGEST) => (value: string) =>
    change({ words: { ...draft.words, [locale]: { ...words, [part]: value } } });
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t("offers.edit.words")}
        </Text>
        <Text as="p" tone="subdued">
          {t("offers.edit.words_help")}
        </Text>
        {otherShare === null ? null : (
          <Banner tone="warning">{t("offers.edit.other_share", { said: otherShare, percent })}</Banner>
        )}
        <Tabs
          tabs={view.locales.map((code) => ({ id: `words-${code}`, content: languageName(code, shop) }))}
          selected={chosen}
          onSelect={choose}
        >
          <BlockStack gap="300">
            {(["title", "text", "action"] as const).map((part) => (
              <TextField
                key={`${locale} ${part}`}
                label={t(`offers.words.${part}`)}
                helpText={t(
                  part === "action" && content.href && !words.action
                    ? "offers.words.action_missing"
                    : `offers.words.${part}_help`,
                )}
                value={words[part]}
                onChange={write(part)}
                error={faultText(`words.${locale}.${part}`)}
                maxLength={LONGEST[part]}
                showCharacterCount
                multiline={part === "text" ? 2 : false}
                autoComplete="off"
              />
            ))}
          </BlockStack>
        </Tabs>
      </BlockStack>
    </Card>
  );
}
