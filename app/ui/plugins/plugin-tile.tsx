import { Badge, BlockStack, Button, Card, InlineStack, Text } from "@shopify/polaris";
import { useTranslation } from "react-i18next";

type Props = {
  plugin: {
    name: string;
    label: string;
    description: string;
    enabled: boolean;
    failures: number;
    adds: { kind: string; labels: string[] }[];
  };
};

/** What a plugin adds, whether the plugin is on, and its health. */
export function PluginTile({ plugin }: Props) {
  const { t } = useTranslation();
  return (
    <Card>
      <BlockStack gap="200">
        <InlineStack align="space-between" gap="200">
          <Text as="h2" variant="headingMd">
            {t(plugin.label)}
          </Text>
          <PluginHealth enabled={plugin.enabled} failures={plugin.failures} />
        </InlineStack>
        <Text as="p">{t(plugin.description)}</Text>
        <Text as="p" tone="subdued">
          {plugin.adds.map(({ kind, labels }) => t(`plugins.adds.${kind}`, { count: labels.length })).join(" · ")}
        </Text>
        <InlineStack>
          <Button
            url={`/app/plugins/${plugin.name}`}
            accessibilityLabel={t("plugins.open_named", { name: t(plugin.label) })}
          >
            {t("plugins.open")}
          </Button>
        </InlineStack>
      </BlockStack>
    </Card>
  );
}

export function PluginHealth({ enabled, failures }: { enabled: boolean; failures: number }) {
  const { t } = useTranslation();
  if (!enabled) return <Badge>{t("plugins.off")}</Badge>;
  return failures > 0 ? (
    <Badge tone="critical">{t("plugins.failing", { count: failures })}</Badge>
  ) : (
    <Badge tone="success">{t("plugins.on")}</Badge>
  );
}
