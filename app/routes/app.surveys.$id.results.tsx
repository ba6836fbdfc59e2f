import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { registryFor } from "../plugins/installed.server.ts";
import { merchant } from "../shopify.server.ts";
import { readResults } from "../surveys/answers/results.server.ts";
import { ResultsView } from "../surveys/answers/results-view.tsx";
import { readSurvey } from "../surveys/survey.server.ts";
import { AppPage } from "../ui/app-page.tsx";

export const loader = async ({ request, params }: LoaderFunctionArgs) => {
  const { shop } = await merchant(request);
  const survey = await readSurvey(shop, params.id ?? "");
  if (!survey) throw new Response("", { status: 404 });
  const { questionKinds } = await registryFor(shop);
  const { id, name, handle } = survey;
  const asked = Number(new URL(request.url).searchParams.get("version")) || survey.version;
  return { id, name, handle, results: await readResults(shop, survey, questionKinds, asked) };
};

export default function Results() {
  const { t } = useTranslation();
  const { id, name, handle, results } = useLoaderData<typeof loader>();
  return (
    <AppPage
      title={name}
      subtitle={t("surveys.result.subtitle", { count: results.responses, version: results.version })}
      backAction={{ content: t("surveys.title"), url: "/app/surveys" }}
      secondaryActions={[{ content: t("surveys.edit"), url: `/app/surveys/${id}` }]}
    >
      <ResultsView handle={handle} results={results} />
    </AppPage>
  );
}
