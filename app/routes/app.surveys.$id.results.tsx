import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { merchant } from "../shopify.server.ts";
import { readResults } from "../surveys/answers/results.server.ts";
import { ResultsView } from "../surveys/answers/results-view.tsx";
import { readSurvey } from "../surveys/survey.server.ts";
import { AppPage } from "../ui/app-page.tsx";

const VERSION = /^[1-9]\d{0,5}$/;

export const loader = async ({ request, params }: LoaderFunctionArgs) => {
  const { shop } = await merchant(request);
  const survey = await readSurvey(shop, params.id ?? "");
  if (!survey) throw new Response("", { status: 404 });
  const { id, name, handle } = survey;
  const version = new URL(request.url).searchParams.get("version") ?? "";
  const asked = VERSION.test(version) ? Number(version) : null;
  return { id, name, handle, current: survey.version, results: await readResults(shop, survey, asked) };
};

export default function Results() {
  const { t } = useTranslation();
  const { id, name, handle, current, results } = useLoaderData<typeof loader>();
  const { responses, version, versions } = results;
  // With one version alone, all responses belong to that version.
  const only = version ?? (versions.length > 1 ? null : (versions[0]?.version ?? current));
  const subtitle =
    only === null
      ? t("surveys.result.subtitle_all", { count: responses, versions: versions.length })
      : t("surveys.result.subtitle", { count: responses, version: only });
  return (
    <AppPage
      title={name}
      subtitle={subtitle}
      backAction={{ content: t("surveys.title"), url: "/app/surveys" }}
      secondaryActions={[{ content: t("surveys.edit"), url: `/app/surveys/${id}` }]}
    >
      <ResultsView handle={handle} results={results} />
    </AppPage>
  );
}
