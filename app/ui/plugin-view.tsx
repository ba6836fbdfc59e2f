import { Form, useNavigation } from "@remix-run/react";
import { Banner, BlockStack, Button, Card, List, Text } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import type { Fault, FieldView } from "../fields.ts";
import { AppPage } from "./app-page.tsx";
import { FieldInput } from "./field-input.tsx";
import { formatMoment } from "./format.ts";
import { PluginHealth } from "./plugin-tile.tsx";
import { useShop } from "./shop-context.ts";

type Props = {
  plugin: {
    label: string;
    description: string;
    enabled: boolean;
    failures: number;
    failedAt: string | Date | null;
    fault: string | null;
    adds: { kind: string; labels: string[] }[];
    reads: string[];
    fields: Record<string, FieldView>;
    values: Record<string, unknown>;
  };
  faults: Record<string, Fault>;
};

/** One plugin: what it adds and reads, how it fares, its switch and its settings. */
export function PluginView({ plugin, faults }: Props) {
  const { t } = useTranslation();
  const shop = useShop();
  const busy = useNavigation().state === "submitting";
  return (
    <AppPage
      title={t(plugin.label)}
      titleMetadata={<PluginHealth enabled={plugin.enabled} failures={plugin.failures} />}
      backAction={{ content: t("plugins.title"), url: "/app/plugins" }}
    >
      <BlockStack gap="400">
        {plugin.fault && plugin.failedAt ? (
          <Banner tone="critical" title={t("plugins.fault", { at: formatMoment(plugin.failedAt, shop) })}>
            {plugin.fault}
          </Banner>
        ) : null}
        <Card>
          <BlockStack gap="300" inlineAlign="start">
            <Text as="p">{t(plugin.description)}</Text>
            <List>
              {plugin.adds.map(({ kind, labels }) => (
                <List.Item key={kind}>
                  {t(`plugins.adds.${kind}`, { count: labels.length })}: {labels.map((label) => t(label)).join(", ")}
                </List.Item>
              ))}
              {plugin.reads.length > 0 ? (
                <List.Item>
                  {t("plugins.reads", { what: plugin.reads.map((read) => t(`plugins.read.${read}`, read)).join(", ") })}
                </List.Item>
              ) : null}
            </List>
            <Form method="post">
              <input type="hidden" name="intent" value={plugin.enabled ? "off" : "on"} />
              <Button submit loading={busy} tone={plugin.enabled ? "critical" : undefined}>
                {t(plugin.enabled ? "plugins.switch_off" : "plugins.switch_on")}
              </Button>
            </Form>
          </BlockStack>
        </Card>
        {Object.keys(plugin.fields).length > 0 ? (
          <Form method="post" data-save-bar>
            <input type="hidden" name="intent" value="save" />
            <Card>
              <BlockStack gap="300">
                {Object.entries(plugin.fields).map(([name, field]) => (
                  <FieldInput key={name} name={name} field={field} value={plugin.values[name]} fault={faults[name]} />
                ))}
              </BlockStack>
            </Card>
          </Form>
        ) : null}
      </BlockStack>
    </AppPage>
  );
}
