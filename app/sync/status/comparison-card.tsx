import { useFetcher } from "@remix-run/react";
import { BlockStack, Button, Card, InlineStack, Text } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { comparisonText } from "../../ui/freshness-line.tsx";
import { formatCount } from "../../ui/format.ts";
import { useShop } from "../../ui/shop-context.ts";
import type { Comparison } from "../comparison.server.ts";

export const isComparing = ({ state }: Comparison): boolean => state === "waiting" || state === "reading";

/** When the data were last compared with Shopify's, what the comparison found, and a button to compare now. */
export function ComparisonCard({ comparison }: { comparison: Comparison }) {
  const { t } = useTranslation();
  const shop = useShop();
  const fetcher = useFetcher();
  const { state, read, found } = comparison;
  const kinds = Object.entries(found.kinds).filter(([, { missing, changed }]) => missing + changed > 0);
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="h2" variant="headingMd">
            {t("sync.compared.title")}
          </Text>
          <fetcher.Form method="post">
            <input type="hidden" name="compare" value="now" />
            <Button submit loading={fetcher.state !== "idle"} disabled={isComparing(comparison)}>
              {t("sync.compared.now")}
            </Button>
          </fetcher.Form>
        </InlineStack>
        <div aria-live="polite">
          <Text as="p">{comparisonText(t, comparison, shop)}</Text>
          {isComparing(comparison) ? (
            <Text as="p">{t(`sync.compared.${state}`, { shown: formatCount(read, shop) })}</Text>
          ) : null}
          {state === "failed" ? (
            <Text as="p" tone="critical">
              {t("sync.compared.failed")}
            </Text>
          ) : null}
        </div>
        {kinds.map(([kind, { missing, changed }]) => (
          <Text as="p" key={kind}>
            {t("sync.compared.kind.line", {
              kind: t(`sync.backfill.kind.${kind}`),
              missing: formatCount(missing, shop),
              changed: formatCount(changed, shop),
            })}
          </Text>
        ))}
        <Text as="p" tone="subdued">
          {t("sync.compared.text")}
        </Text>
      </BlockStack>
    </Card>
  );
}
