import { Modal, TitleBar } from "@shopify/app-bridge-react";
import { Banner, BlockStack, Box, Card, List, Text } from "@shopify/polaris";
import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FieldViews } from "../../field-view.ts";
import { AppPage } from "../frame/app-page.tsx";
import { FaultBanner } from "../editing/fault-banner.tsx";
import { useAct } from "../editing/act.ts";
import { SettingsForm } from "../editing/settings-form.tsx";
import { formatMoment } from "../format.ts";
import { PluginHealth } from "./plugin-tile.tsx";
import { PluginWork, type PluginWorkProps } from "./plugin-work.tsx";
import { useShop } from "../shop-context.ts";
import { topicName } from "../topic-name.ts";
import type { Instant } from "../../instant.ts";

type Props = {
  plugin: {
    label: string;
    description: string;
    enabled: boolean;
    failures: number;
    failedAt: Instant | null;
    fault: string | null;
    faults: { fault: string; at: Instant; times: number }[];
    adds: { kind: string; labels: string[] }[];
    reads: string[];
    sends: { host: string; purpose: string }[];
    fields: FieldViews;
    values: Record<string, unknown>;
    version: string;
  };
  work: PluginWorkProps;
};

/** The page of a plugin: what the plugin adds and reads, its health, its switch and its settings. */
export function PluginView({ plugin, work }: Props) {
  const { t } = useTranslation();
  const shop = useShop();
  const { act, busy, refusal } = useAct({ on: "plugins.done.on", off: "plugins.done.off" });
  const [asking, ask] = useState(false);
  const turn = (intent: "on" | "off") => {
    ask(false);
    act(intent);
  };
  const turning = plugin.enabled
    ? { secondaryActions: [{ content: t("plugins.switch_off"), destructive: true, onAction: () => ask(true) }] }
    : { primaryAction: { content: t("plugins.switch_on"), onAction: () => turn("on"), loading: busy } };
  return (
    <AppPage
      title={t(plugin.label)}
      titleMetadata={<PluginHealth enabled={plugin.enabled} failures={plugin.failures} />}
      backAction={{ content: t("plugins.title"), url: "/app/plugins" }}
      {...turning}
    >
      <BlockStack gap="400">
        <FaultBanner fault={refusal} />
        {plugin.fault && plugin.failedAt ? (
          <Banner tone="critical" title={t("plugins.fault", { at: formatMoment(plugin.failedAt, shop) })}>
            {plugin.faults.length > 0 ? (
              <List>
                {plugin.faults.map(({ fault, at, times }) => (
                  <List.Item key={fault}>
                    {t("plugins.member_fault", { fault, count: times, at: formatMoment(at, shop) })}
                  </List.Item>
                ))}
              </List>
            ) : (
              plugin.fault
            )}
          </Banner>
        ) : null}
        <Card>
          <BlockStack gap="300" inlineAlign="start">
            <Text as="p">{t(plugin.description)}</Text>
            <List>
              {plugin.adds
                .filter(({ kind }) => !kind.startsWith("on"))
                .map(({ kind, labels }) => (
                  <List.Item key={kind}>{addsText(t, kind, labels)}</List.Item>
                ))}
              {plugin.reads.length > 0 ? (
                <List.Item>
                  {t("plugins.reads", { what: plugin.reads.map((read) => factText(t, read)).join(", ") })}
                </List.Item>
              ) : null}
              {plugin.sends.map(({ host, purpose }) => (
                <List.Item key={host}>{t("plugins.sends", { host, purpose: t(purpose) })}</List.Item>
              ))}
            </List>
          </BlockStack>
        </Card>
        <PluginWork {...work} enabled={plugin.enabled} />
        {Object.keys(plugin.fields).length > 0 ? (
          <SettingsForm
            title={t("plugins.settings")}
            fields={plugin.fields}
            values={plugin.values}
            version={plugin.version}
          />
        ) : null}
      </BlockStack>
      <Modal open={asking} onHide={() => ask(false)}>
        <Box padding="400">
          <Text as="p">{t("plugins.off_ask")}</Text>
        </Box>
        <TitleBar title={t("plugins.off_title", { name: t(plugin.label) })}>
          <button variant="primary" tone="critical" onClick={() => turn("off")}>
            {t("plugins.switch_off")}
          </button>
          <button onClick={() => ask(false)}>{t("plugins.off_keep")}</button>
        </TitleBar>
      </Modal>
    </AppPage>
  );
}

/** Topics and domain events have their names in other locale files. */
const NAMES: Record<string, (t: TFunction, name: string) => string> = {
  webhooks: topicName,
  events: (t, kind) => t(`customers.kind.${kind.replace(".", "_")}`),
};

/** A kind of fact in words. `records:visit` is the plugin's own kind of records. */
function factText(t: TFunction, read: string): string {
  const [fact = "", kind] = read.split(":");
  return t(`plugins.read.${fact}`, { kind });
}

/** A contribution's count and its names. A job has no name for merchants, so only the number of jobs is shown. */
function addsText(t: TFunction, kind: string, labels: string[]): string {
  const count = t(`plugins.adds.${kind}`, { count: labels.length });
  if (kind === "jobs") return count;
  const words = labels.map((label) => NAMES[kind]?.(t, label) ?? t(label));
  return `${count}: ${words.join(", ")}`;
}
