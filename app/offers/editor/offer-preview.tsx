import { BlockStack, Button, ButtonGroup, Card, InlineStack, Select, Text } from "@shopify/polaris";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { formatPerson } from "../../ui/format.ts";
import { useShop, type ShopContext } from "../../ui/shop-context.ts";
import { useTitles } from "../../ui/fields/resource-titles.tsx";
import { blockWords, languageOf } from "../screens/block-words.ts";
import { itemWords } from "../screens/item-words.ts";
import { OfferCard } from "../screens/offer-card.tsx";
import { moneyWords } from "../screens/money-words.ts";
import type { OfferDraft } from "./draft/offer-draft.ts";
import { isWall } from "./draft/rule-sentence.ts";
import type { Shopper } from "../standing/shoppers.server.ts";
import type { Whom } from "./use-whom.ts";
import type { OfferContent, OfferWords } from "../wire.ts";

type Props = { draft: OfferDraft; content: OfferContent; whom: Whom; locales: string[]; now: string };

/** The storefront's card while the merchant types, as a chosen shopper sees it. */
export function OfferPreview({ draft, content, whom, locales, now }: Props) {
  const { t } = useTranslation();
  const shop = useShop();
  const { titles } = useTitles();
  const [wide, setWide] = useState(false);
  const [language, setLanguage] = useState("");
  const [shopperId, setShopperId] = useState("");
  const shoppers = whom.shoppers ?? [];
  const { limited } = whom;
  const shopper = shoppers.find(({ id }) => id === shopperId) ?? shoppers[0];
  const locale = language || languageOf(shopper?.locale ?? locales[0] ?? "en");
  const isHeldOut = ({ id }: Shopper) => whom.heldOut.includes(id);
  const hidden = shopper && isHeldOut(shopper) ? "held_out" : whyHidden(draft, limited, shopper, now);
  const placeOf = (one: Shopper) => (isHeldOut(one) ? "held_out_short" : one.isMember ? "inside" : "outside");
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="h2" variant="headingMd">
            {t("offers.preview.title")}
          </Text>
          <ButtonGroup variant="segmented">
            <Button pressed={!wide} onClick={() => setWide(false)}>
              {t("offers.preview.phone")}
            </Button>
            <Button pressed={wide} onClick={() => setWide(true)}>
              {t("offers.preview.desktop")}
            </Button>
          </ButtonGroup>
        </InlineStack>
        <Select
          label={t("offers.preview.shopper")}
          options={shoppers.map((one) => ({
            value: one.id,
            label: limited ? `${formatPerson(one)} (${t(`offers.preview.${placeOf(one)}`)})` : formatPerson(one),
          }))}
          value={shopper?.id ?? ""}
          onChange={setShopperId}
          disabled={shoppers.length === 0}
          helpText={whom.shoppers?.length === 0 ? t("offers.preview.no_shoppers") : undefined}
        />
        <Select
          label={t("offers.preview.language")}
          options={[...new Set([locale, ...locales])].map((code) => ({ value: code, label: languageName(code, shop) }))}
          value={locale}
          onChange={setLanguage}
        />
        <div
          className="regulars-ready offer-stage"
          style={{ maxWidth: wide ? "none" : 340 }}
          lang={locale}
          aria-live="polite"
        >
          {hidden ? (
            <Text as="p" tone="subdued">
              {t(`offers.preview.${hidden}`)}
            </Text>
          ) : (
            <OfferCard
              content={content}
              words={{
                ...wordsFor(draft, locale),
                ...moneyWords(content, { locale, currency: shop.currency }),
                ...itemWords(content, titles, locale),
              }}
              says={blockWords(locale)}
            />
          )}
        </div>
      </BlockStack>
    </Card>
  );
}

/** Why the chosen shopper does not see the card, if the draft were published. Null: the shopper sees it. */
function whyHidden(
  draft: OfferDraft,
  limited: boolean,
  shopper: Shopper | undefined,
  now: string,
): "not_hers" | "over" | "nowhere" | null {
  if (limited && shopper && !shopper.isMember) return "not_hers";
  if (isWall(draft.ends) && draft.ends <= now) return "over";
  return draft.placements.length === 0 ? "nowhere" : null;
}

/**
 * The words that the theme block shows. Each part is taken from the shopper's language, else from English, else from any
 * language.
 */
function wordsFor({ words, ends }: OfferDraft, locale: string): OfferWords {
  const known = [words[locale], words["en"], Object.values(words)[0]];
  const say = (part: "title" | "text" | "action") => known.map((one) => one?.[part].trim()).find(Boolean) ?? "";
  const said = { title: say("title"), text: say("text"), action: say("action") };
  return isWall(ends) ? { ...said, until: dayBefore(ends, locale) } : said;
}

/** The last day, as the catalogue writes it: an end at midnight belongs to the day before. */
function dayBefore(wall: string, locale: string): string {
  const lastMoment = new Date(new Date(`${wall}Z`).getTime() - 1);
  return new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" }).format(lastMoment);
}

/** The language's name in the merchant's own language. */
export const languageName = (code: string, { locale }: ShopContext): string =>
  new Intl.DisplayNames([locale], { type: "language" }).of(code) ?? code;
