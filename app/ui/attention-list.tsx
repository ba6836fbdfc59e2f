import { Badge, BlockStack, Box, Button, InlineStack, Text } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { useLocation } from "@remix-run/react";
import type { Attention } from "../attention.ts";
import { formatCount, formatMoment } from "./format.ts";
import { useShop } from "./shop-context.ts";

/** Entries of "Needs attention", each with a link to its remedy, unless the remedy is on this page. `named`: each entry shows the name of its object. */
export function AttentionList({ entries, named = true }: { entries: Attention[]; named?: boolean }) {
  return (
    <BlockStack gap="300">
      {entries.map((entry) => (
        <AttentionLine key={`${entry.key} ${entry.about?.id} ${entry.mend.url}`} entry={entry} named={named} />
      ))}
    </BlockStack>
  );
}

function AttentionLine({ entry, named }: { entry: Attention; named: boolean }) {
  const { t } = useTranslation();
  const shop = useShop();
  const isHere = useLocation().pathname === entry.mend.url;
  const { key, parameters = {}, named: keys = [], about, tone, mend, since } = entry;
  const { count } = parameters;
  const shown = typeof count === "number" ? { shown: formatCount(count, shop) } : {};
  const listed = new Intl.ListFormat(shop.locale).format(keys.map((one) => t(one)));
  const link = mend.url.startsWith("/") ? { url: mend.url } : { url: mend.url, target: "_top" as const };
  return (
    <InlineStack align="space-between" blockAlign="center" gap="200">
      <Box maxWidth="44rem">
        <BlockStack gap="100" inlineAlign="start">
          <InlineStack gap="200" blockAlign="center">
            <Badge {...(tone === "info" ? {} : { tone })}>{t(`home.attention.tone.${tone}`)}</Badge>
            {named && about ? (
              <Text as="h3" fontWeight="semibold" breakWord>
                {about.isKey ? t(about.name) : about.name}
              </Text>
            ) : null}
          </InlineStack>
          <Text as="p" breakWord>
            {t(key, { ...parameters, ...shown, named: listed })}
          </Text>
          {since ? (
            <Text as="p" tone="subdued" variant="bodySm">
              {t("home.attention.since", { at: formatMoment(since, shop) })}
            </Text>
          ) : null}
        </BlockStack>
      </Box>
      {isHere ? null : <Button {...link}>{t(mend.label)}</Button>}
    </InlineStack>
  );
}
