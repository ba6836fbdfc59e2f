import { BlockStack, Card, Text } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { formatCount, formatDay } from "../../ui/format.ts";
import { useShop } from "../../ui/shop-context.ts";
import type { Reach } from "./read-reach.server.ts";

/** How many shoppers saw and clicked an offer, on the offer's page. `reach` null: counting took too long. */
export function ReachCard({ reach }: { reach: Reach | null }) {
  const { t } = useTranslation();
  const shop = useShop();
  const { seen, clicked, since } = reach ?? { seen: 0, clicked: 0, since: null };
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
            {t(reach ? "offers.reach.unknown" : "offers.reach.slow")}
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
