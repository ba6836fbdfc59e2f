import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { BlockStack } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { CardGrid } from "../analytics/card-view.tsx";
import { readProgress } from "../analytics/figures.server.ts";
import { SetupGuide } from "../analytics/setup-guide.tsx";
import { env } from "../env.server.ts";
import { drawCards } from "../plugins/cards.server.ts";
import { registryFor } from "../plugins/installed.server.ts";
import { merchant } from "../shopify.server.ts";
import { readFreshness } from "../sync/status.server.ts";
import { AppPage } from "../ui/app-page.tsx";
import { FreshnessLine } from "../ui/freshness-line.tsx";
import { useRefresh } from "../ui/refresh.ts";

export const loader = async ({ request }: LoaderFunctionArgs) => {
  const { shop } = await merchant(request);
  const registry = await registryFor(shop);
  const [progress, freshness, cards] = await Promise.all([
    readProgress(shop),
    readFreshness(shop),
    drawCards(shop, registry, "home", null),
  ]);
  return { progress, freshness, cards, clientId: env.SHOPIFY_API_KEY };
};

export default function Home() {
  const { t } = useTranslation();
  const { progress, freshness, cards, clientId } = useLoaderData<typeof loader>();
  useRefresh(freshness.history === "reading");
  return (
    <AppPage title={t("home.title")}>
      <BlockStack gap="400">
        <FreshnessLine freshness={freshness} />
        <SetupGuide progress={progress} clientId={clientId} />
        <CardGrid cards={cards.filter(({ content }) => content.shape === "figure")} columns={4} />
        <CardGrid cards={cards.filter(({ content }) => content.shape === "rows")} columns={2} />
      </BlockStack>
    </AppPage>
  );
}
