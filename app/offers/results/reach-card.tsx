import { BlockStack, Card, Text } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { formatCount, formatDay } from "../../ui/format.ts";
import { useShop } from "../../ui/shop-context.ts";
import type { Reach } from "./read-reach.server.ts";

/** How many shoppers saw and clicked an offer, on the offer's page. */
export function ReachCard({ reach: { seen, clicked, since } }: { reach: Reach }) {
  const { t } = useTranslation();
  const shop = useShop();
  const counted = {
    seen: t("offers.reach.seen", { count: seen, shown: formatCount(seen, shop) }),
    clicked: t("offers.reach.clicked", { count: clicked, shown: formatCount(clicked, shop) }),
  };
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingMd">
          {t("offers.reach.title")}
        </Text>
        {since === null ? (
          <Text as="p" tone="subdued">
            {t("offers.reach.unknown")}
          </Text>
        ) : (
          <>
            <Text as="p">{`${counted.seen} · ${counted.clicked}`}</Text>
            <Text as="p" tone="subdued">
              {t("offers.reach.said", { at: formatDay(since, shop) })}
            </Text>
          </>
        )}
      </BlockStack>
    </Card>
  );
}
