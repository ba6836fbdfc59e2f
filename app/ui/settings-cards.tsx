import { Badge, Banner, BlockStack, Card, InlineGrid, InlineStack, Text } from "@shopify/polaris";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";

type Store = { name: string; domain: string; timeZone: string; currency: string; plan: string; scopes: string[] };

/** The store's data, and whether the app still has access to the store. */
export function StoreCard({ store, connection }: { store: Store; connection: string }) {
  const { t } = useTranslation();
  const facts = ["name", "domain", "timeZone", "currency", "plan"] as const;
  return (
    <Card>
      <BlockStack gap="200">
        <InlineStack align="space-between">
          <Text as="h2" variant="headingMd">
            {t("settings.store")}
          </Text>
          <Badge tone={connection === "connected" ? "success" : "critical"}>
            {t(`settings.connection.${connection}`)}
          </Badge>
        </InlineStack>
        {connection === "connected" ? null : <Banner tone="critical">{t("settings.reconnect")}</Banner>}
        <InlineGrid columns={{ xs: "2fr 3fr", sm: "1fr 3fr" }} gap="200">
          {facts.map((fact) => (
            <Fragment key={fact}>
              <Text as="span" tone="subdued">
                {t(`settings.fact.${fact}`)}
              </Text>
              <Text as="span" breakWord>
                {store[fact] || "–"}
              </Text>
            </Fragment>
          ))}
        </InlineGrid>
        {store.scopes.includes("read_all_orders") ? null : (
          <Text as="p" tone="subdued">
            {t("settings.recent_orders_only")}
          </Text>
        )}
      </BlockStack>
    </Card>
  );
}
