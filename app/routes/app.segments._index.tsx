import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData, useSearchParams } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { ArchivedBanner } from "../segments/archived-banner.tsx";
import { SegmentList } from "../segments/segment-list.tsx";
import { listSegments, readArchived } from "../segments/segment.server.ts";
import { merchant } from "../shopify.server.ts";
import { readsBehind } from "../sync/status.server.ts";
import { AppPage } from "../ui/app-page.tsx";

export const loader = async ({ request }: LoaderFunctionArgs) => {
  const { shop } = await merchant(request);
  const gone = new URL(request.url).searchParams.get("archived");
  const [isBehind, segments, archived] = await Promise.all([
    readsBehind(shop),
    listSegments(shop),
    gone === null ? null : readArchived(shop, gone),
  ]);
  const own = segments.filter(({ origin }) => origin === "merchant");
  return { segments: own.map((segment) => ({ ...segment, isLate: segment.isLate || isBehind })), archived };
};

export default function Segments() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const { segments, archived } = useLoaderData<typeof loader>();
  const putAway = () => {
    params.delete("archived");
    setParams(params, { replace: true });
  };
  return (
    <AppPage
      title={t("segments.title")}
      primaryAction={{ content: t("segments.create"), url: "/app/segments/new" }}
      fullWidth
    >
      {archived ? <ArchivedBanner segment={archived} onDismiss={putAway} /> : null}
      <SegmentList segments={segments} />
    </AppPage>
  );
}
