import { BlockStack, Button, Card, InlineStack, Text } from "@shopify/polaris";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Attention } from "../attention.ts";
import { AttentionList } from "../ui/attention-list.tsx";
import { formatMoment } from "../ui/format.ts";
import { useShop } from "../ui/shop-context.ts";
import type { Instant } from "../instant.ts";

const FIRST = 5;

/** Everything in the app that needs attention, each entry with a link to its remedy. `knownAt`: when the entries were read. */
export function AttentionCard({ entries, knownAt }: { entries: Attention[]; knownAt: Instant }) {
  const { t } = useTranslation();
  const shop = useShop();
  const [open, setOpen] = useState(false);
  const more = entries.length - FIRST;
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t("home.attention.title")}
        </Text>
        {entries.length === 0 ? (
          <Text as="p" tone="subdued">
            {t("home.attention.none", { at: formatMoment(knownAt, shop) })}
          </Text>
        ) : (
          <AttentionList entries={open ? entries : entries.slice(0, FIRST)} />
        )}
        {more > 0 ? (
          <InlineStack>
            <Button variant="plain" onClick={() => setOpen(!open)}>
              {open ? t("home.attention.fewer") : t("home.attention.more", { count: more })}
            </Button>
          </InlineStack>
        ) : null}
      </BlockStack>
    </Card>
  );
}
