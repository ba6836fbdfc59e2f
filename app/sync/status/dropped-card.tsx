import { BlockStack, Card, Text } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { formatCount, formatMoment } from "../../ui/format.ts";
import { useShop } from "../../ui/shop-context.ts";
import type { Instant } from "../../instant.ts";

/** The number of webhooks about redacted people. The app counts these webhooks and stores nothing of them. */
export function DroppedCard({ count, lastAt }: { count: number; lastAt: Instant | null }) {
  const { t } = useTranslation();
  const shop = useShop();
  if (count === 0 || lastAt === null) return null;
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingMd">
          {t("sync.dropped.title")}
        </Text>
        <Text as="p">
          {t("sync.dropped.count", { count, shown: formatCount(count, shop), at: formatMoment(lastAt, shop) })}
        </Text>
        <Text as="p" tone="subdued">
          {t("sync.dropped.text")}
        </Text>
      </BlockStack>
    </Card>
  );
}
