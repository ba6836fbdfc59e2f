import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { BlockStack } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { AttentionCard } from "../analytics/attention-card.tsx";
import { CardGrid } from "../analytics/card-view.tsx";
import { readProgress } from "../analytics/figures.server.ts";
import { SetupGuide } from "../analytics/setup-guide.tsx";
import { sortAttention, type Attention } from "../attention.ts";
import { env } from "../env.server.ts";
import { offersAttention } from "../offers/attention.server.ts";
import { pluginsAttention } from "../plugins/attention.server.ts";
import { drawCards } from "../plugins/cards.server.ts";
import { registryFor } from "../plugins/installed.server.ts";
import type { Registry } from "../plugins/registry.server.ts";
import { segmentsAttention } from "../segments/attention.server.ts";
import type { Shop } from "../shop.server.ts";
import { readBlocks } from "../shopify/blocks.server.ts";
import { merchant } from "../shopify.server.ts";
import { surveysAttention } from "../surveys/attention.server.ts";
import { syncAttention } from "../sync/status/attention.server.ts";
import { readComparison } from "../sync/comparison.server.ts";
import { readFreshness } from "../sync/status/status.server.ts";
import { AppPage } from "../ui/frame/app-page.tsx";
import { FreshnessLine, isCatchingUp } from "../ui/freshness-line.tsx";
import { useRefresh } from "../ui/refresh.ts";

export const loader = async ({ request }: LoaderFunctionArgs) => {
  const { shop } = await merchant(request);
  const registry = await registryFor(shop);
  const [progress, blocks, freshness, comparison, cards, attention] = await Promise.all([
    readProgress(shop),
    readBlocks(shop),
    readFreshness(shop),
    readComparison(shop),
    drawCards(shop, registry, "home", null),
    needsAttention(shop, registry),
  ]);
  const knownAt = shop.now();
  return { progress, blocks, freshness, comparison, cards, attention, knownAt, clientId: env.SHOPIFY_API_KEY };
};

/** The entries of all domains that need attention. */
async function needsAttention(shop: Shop, { plugins, offerKinds, questionKinds }: Registry): Promise<Attention[]> {
  const found = await Promise.all([
    offersAttention(shop, offerKinds),
    surveysAttention(shop, questionKinds),
    segmentsAttention(shop),
    syncAttention(shop),
    pluginsAttention(shop, plugins),
  ]);
  return sortAttention(found.flat());
}

export default function Home() {
  const { t } = useTranslation();
  const { progress, blocks, freshness, comparison, cards, attention, knownAt, clientId } =
    useLoaderData<typeof loader>();
  useRefresh(isCatchingUp(freshness));
  return (
    <AppPage title={t("home.title")}>
      <BlockStack gap="400">
        <FreshnessLine freshness={freshness} comparison={comparison} />
        <SetupGuide progress={progress} blocks={blocks} clientId={clientId} />
        <AttentionCard entries={attention} knownAt={knownAt} />
        <CardGrid cards={cards.filter(({ content }) => content.shape === "figure")} columns={4} />
        <CardGrid cards={cards.filter(({ content }) => content.shape !== "figure")} columns={2} />
      </BlockStack>
    </AppPage>
  );
}
