import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { Form, useActionData, useLoaderData, useNavigation } from "@remix-run/react";
import { Banner, BlockStack, Button, Card, List, Text } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { registry } from "../plugins/installed.server.ts";
import { listPlugins, savePluginSettings, switchPlugin } from "../plugins/state.server.ts";
import { merchant } from "../shopify.server.ts";
import { AppPage } from "../ui/app-page.tsx";
import { FieldInput } from "../ui/field-input.tsx";
import { formatMoment } from "../ui/format.ts";
import { PluginHealth } from "../ui/plugin-tile.tsx";
import { useShop } from "../ui/shop-context.ts";

function pluginNamed(name: string | undefined) {
  const plugin = registry.plugins.find((one) => one.name === name);
  if (!plugin) throw new Response("", { status: 404 });
  return plugin;
}

export const loader = async ({ request, params }: LoaderFunctionArgs) => {
  const { shop } = await merchant(request);
  const [plugin] = await listPlugins(shop, [pluginNamed(params.name)]);
  if (!plugin) throw new Response("", { status: 404 });
  return { plugin };
};

export const action = async ({ request, params }: ActionFunctionArgs) => {
  const { shop } = await merchant(request);
  const plugin = pluginNamed(params.name);
  const { intent, ...input } = Object.fromEntries(await request.formData());
  if (intent === "on" || intent === "off") await switchPlugin(shop, plugin, intent === "on");
  return { faults: intent === "save" ? await savePluginSettings(shop, plugin, input) : null };
};

export default function PluginPage() {
  const { t } = useTranslation();
  const shop = useShop();
  const { plugin } = useLoaderData<typeof loader>();
  const faults = useActionData<typeof action>()?.faults ?? {};
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
                <List.Item>{t("plugins.reads", { what: plugin.reads.join(", ") })}</List.Item>
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
