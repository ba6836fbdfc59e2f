import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { BlockStack } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { merchant } from "../shopify.server.ts";
import { restartBackfill } from "../sync/sources/shopify/history/backfill.server.ts";
import { ComparisonCard, isComparing } from "../sync/status/comparison-card.tsx";
import { askForComparison, readComparison } from "../sync/comparison.server.ts";
import { readDropped } from "../customers/facts/redaction/tombstones.server.ts";
import { DroppedCard } from "../sync/status/dropped-card.tsx";
import { NotedCard, PoisonCard } from "../sync/status/held-up-cards.tsx";
import { retryPoison } from "../sync/inbox/held.server.ts";
import { readBackfills, readFreshness, readNoted, readPoison, readTopics } from "../sync/status/status.server.ts";
import { BackfillCard, GapsBanner, TopicsCard } from "../sync/status/status-cards.tsx";
import { AppPage } from "../ui/frame/app-page.tsx";
import { FreshnessLine } from "../ui/freshness-line.tsx";
import { useRefresh } from "../ui/refresh.ts";

export const loader = async ({ request }: LoaderFunctionArgs) => {
  const { shop } = await merchant(request);
  const [freshness, comparison, backfills, topics, poison, noted, dropped] = await Promise.all([
    readFreshness(shop),
    readComparison(shop),
    readBackfills(shop),
    readTopics(shop),
    readPoison(shop),
    readNoted(shop),
    readDropped(shop),
  ]);
  return { freshness, comparison, backfills, topics, poison, noted, dropped };
};

export const action = async ({ request }: ActionFunctionArgs) => {
  const { shop } = await merchant(request);
  const form = await request.formData();
  if (form.has("history")) {
    await restartBackfill(shop);
    return { retried: null };
  }
  if (form.has("compare")) {
    await askForComparison(shop);
    return { retried: null };
  }
  const seq = String(form.get("seq"));
  if (!/^\d{1,18}$/.test(seq)) throw new Response("", { status: 400 });
  await retryPoison(shop, seq);
  return { retried: seq };
};

export default function Sync() {
  const { t } = useTranslation();
  const { freshness, comparison, backfills, topics, poison, noted, dropped } = useLoaderData<typeof loader>();
  const isRead = backfills.length > 0 && backfills.every(({ state }) => state === "done" || state === "failed");
  useRefresh(freshness.waiting > 0 || !isRead || isComparing(comparison));
  return (
    <AppPage title={t("sync.title")}>
      <BlockStack gap="400">
        <FreshnessLine freshness={freshness} comparison={comparison} linked={false} />
        <GapsBanner gaps={freshness.gaps} more={freshness.moreGaps} />
        <ComparisonCard comparison={comparison} />
        <BackfillCard backfills={backfills} />
        {poison.length > 0 ? <PoisonCard items={poison} /> : null}
        {noted.length > 0 ? <NotedCard items={noted} /> : null}
        <TopicsCard topics={topics} />
        <DroppedCard {...dropped} />
      </BlockStack>
    </AppPage>
  );
}
