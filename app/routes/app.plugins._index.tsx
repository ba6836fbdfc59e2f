import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { InlineGrid } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { registry } from "../plugins/installed.server.ts";
import { listPlugins } from "../plugins/state.server.ts";
import { merchant } from "../shopify.server.ts";
import { AppPage } from "../ui/frame/app-page.tsx";
import { PluginTile } from "../ui/plugins/plugin-tile.tsx";

export const loader = async ({ request }: LoaderFunctionArgs) => {
  const { shop } = await merchant(request);
  return { plugins: await listPlugins(shop, registry.plugins) };
};

export default function Plugins() {
  const { t } = useTranslation();
  const { plugins } = useLoaderData<typeof loader>();
  return (
    <AppPage title={t("plugins.title")} subtitle={t("plugins.subtitle")}>
      <InlineGrid columns={{ xs: 1, md: 2 }} gap="400">
        {plugins.map((plugin) => (
          <PluginTile key={plugin.name} plugin={plugin} />
        ))}
      </InlineGrid>
    </AppPage>
  );
}
