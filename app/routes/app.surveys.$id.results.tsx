import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Banner } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { segmentNames } from "../segments/segment.server.ts";
import { merchant } from "../shopify.server.ts";
import { readResults } from "../surveys/results/results.server.ts";
import { isAnswered, PERIODS } from "../surveys/results/choose-results.tsx";
import { ResultsView } from "../surveys/results/results-view.tsx";
import { readSurvey } from "../surveys/survey.server.ts";
import { AppPage } from "../ui/frame/app-page.tsx";
import { useRefresh } from "../ui/refresh.ts";
import { useExport } from "../ui/save-file.ts";

const VERSION = /^[1-9]\d{0,5}$/;

export const loader = async ({ request, params }: LoaderFunctionArgs) => {
  const { shop } = await merchant(request);
  const survey = await readSurvey(shop, params.id ?? "");
  if (!survey) throw new Response("", { status: 404 });
  const { id, name, handle, state, placements, segmentId } = survey;
  const segment = (await segmentNames(shop)).find((one) => one.id === segmentId)?.name ?? null;
  const chosen = new URL(request.url).searchParams;
  const version = chosen.get("version") ?? "";
  const days = PERIODS.find((count) => String(count) === chosen.get("days")) ?? null;
  const asked = VERSION.test(version) ? Number(version) : null;
  return {
    id,
    name,
    survey: { handle, state, placements, segment },
    current: survey.version,
    results: await readResults(shop, survey, asked, days),
  };
};

export default function Results() {
  const { t } = useTranslation();
  const { id, name, survey, current, results } = useLoaderData<typeof loader>();
  const { responses, waiting, days, version, versions } = results;
  const file = useExport(`/app/surveys/${id}/answers`, `answers-${survey.handle}.csv`);
  useRefresh(waiting > 0 || (survey.state === "active" && responses === 0 && days === null));
  const answered = versions.filter(isAnswered);
  // Where one version alone has answers, all responses belong to that version.
  const only = version ?? (answered.length > 1 ? null : (answered[0]?.version ?? current));
  const subtitle =
    only === null
      ? t("surveys.result.subtitle_all", { count: responses, versions: answered.length })
      : t("surveys.result.subtitle", { count: responses, version: only });
  return (
    <AppPage
      title={name}
      subtitle={subtitle}
      backAction={{ content: t("surveys.title"), url: "/app/surveys" }}
      secondaryActions={[
        { content: t("surveys.edit"), url: `/app/surveys/${id}` },
        {
          content: t("surveys.result.export"),
          onAction: file.save,
          loading: file.busy,
          disabled: answered.length === 0,
        },
      ]}
    >
      {file.failed ? <Banner tone="critical">{t("surveys.result.export_failed")}</Banner> : null}
      <ResultsView survey={survey} results={results} />
    </AppPage>
  );
}
