import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { BlockStack } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { registryFor } from "../plugins/installed.server.ts";
import { retryingOf } from "../queue.server.ts";
import { merchant } from "../shopify.server.ts";
import { readSeenAs } from "../surveys/attention.server.ts";
import { readHeadlines } from "../surveys/results/headline.server.ts";
import { listSurveys } from "../surveys/survey.server.ts";
import { SurveyList } from "../surveys/survey-list.tsx";
import { AppPage } from "../ui/frame/app-page.tsx";
import { DeletedBanner } from "../ui/lists/deleted-banner.tsx";
import { RetryBanner } from "../ui/retry-banner.tsx";
import { useRefresh } from "../ui/refresh.ts";

export const loader = async ({ request }: LoaderFunctionArgs) => {
  const { shop } = await merchant(request);
  const surveys = await listSurveys(shop);
  const { questionKinds } = await registryFor(shop);
  const headlines = await readHeadlines(shop, surveys);
  const seen = await readSeenAs(shop, questionKinds, surveys);
  return {
    retrying: await retryingOf("surveys.publish", { shop: shop.id }),
    surveys: surveys.map(({ id, name, responses, answersToday, placements }) => ({
      id,
      name,
      seen: seen.get(id) ?? ("draft" as const),
      responses,
      answersToday,
      placements,
      headline: headlines.get(id) ?? null,
    })),
  };
};

export default function Surveys() {
  const { t } = useTranslation();
  const { surveys, retrying } = useLoaderData<typeof loader>();
  useRefresh(retrying !== null);
  return (
    <AppPage title={t("surveys.title")} primaryAction={{ content: t("surveys.create"), url: "/app/surveys/new" }}>
      <DeletedBanner />
      <BlockStack gap="400">
        <RetryBanner retrying={retrying} />
        <SurveyList surveys={surveys} />
      </BlockStack>
    </AppPage>
  );
}
