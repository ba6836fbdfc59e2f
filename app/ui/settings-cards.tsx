import {
  Badge,
  Banner,
  BlockStack,
  Card,
  DataTable,
  InlineGrid,
  InlineStack,
  Text,
  useBreakpoints,
} from "@shopify/polaris";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import { formatDay } from "./format.ts";
import { useShop } from "./shop-context.ts";

type Store = { name: string; domain: string; timeZone: string; currency: string; plan: string; scopes: string[] };

/** What the app knows of the store, and whether Shopify still lets it in. */
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

type Request = {
  id: string;
  topic: string;
  receivedAt: string | Date;
  dueAt: string | Date;
  doneAt: string | Date | null;
};

/** Requests of customers about their data, when each is due and when it was done. */
export function PrivacyCard({ requests }: { requests: Request[] }) {
  const { t } = useTranslation();
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingMd">
          {t("settings.privacy")}
        </Text>
        <Text as="p">{t("settings.privacy_text")}</Text>
        {requests.length === 0 ? (
          <Text as="p" tone="subdued">
            {t("settings.no_requests")}
          </Text>
        ) : (
          <RequestTable requests={requests} />
        )}
      </BlockStack>
    </Card>
  );
}

function RequestTable({ requests }: { requests: Request[] }) {
  const { t } = useTranslation();
  const shop = useShop();
  const { smDown } = useBreakpoints();
  const rows = requests.map(({ id, topic, receivedAt, dueAt, doneAt }) => ({
    id,
    what: t(`settings.topic.${topic.replace("/", "_")}`),
    received: formatDay(receivedAt, shop),
    due: formatDay(dueAt, shop),
    done: doneAt ? formatDay(doneAt, shop) : t("settings.open"),
  }));
  if (!smDown) {
    return (
      <DataTable
        columnContentTypes={["text", "text", "text", "text"]}
        headings={["what", "received", "due", "done"].map((column) => t(`settings.request.${column}`))}
        rows={rows.map(({ what, received, due, done }) => [what, received, due, done])}
      />
    );
  }
  return rows.map((row) => (
    <BlockStack key={row.id}>
      <Text as="h3" fontWeight="semibold">
        {row.what}
      </Text>
      <Text as="p" tone="subdued">
        {t("settings.request.line", row)}
      </Text>
    </BlockStack>
  ));
}
