import { BlockStack, Card, InlineStack, Link, Text } from "@shopify/polaris";
import { useTranslation } from "react-i18next";

type Shown = { id: string; name: string; everyone: boolean; beatenBy: string | null };

/** The offers that one customer sees now. */
export function OffersShownCard({ offers }: { offers: Shown[] }) {
  const { t } = useTranslation();
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingSm">
          {t("customers.offers")}
        </Text>
        {offers.length === 0 ? <Text as="p">{t("customers.no_offers")}</Text> : null}
        {offers.map(({ id, name, everyone, beatenBy }) => (
          <InlineStack key={id} align="space-between" gap="200">
            <Link url={`/app/offers/${id}`}>{name}</Link>
            {beatenBy !== null ? (
              <Text as="span" tone="subdued" breakWord>
                {t("customers.beaten_by", { name: beatenBy })}
              </Text>
            ) : everyone ? (
              <Text as="span" tone="subdued">
                {t("customers.for_everyone")}
              </Text>
            ) : null}
          </InlineStack>
        ))}
      </BlockStack>
    </Card>
  );
}
