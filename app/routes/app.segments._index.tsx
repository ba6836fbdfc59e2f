import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData, useSearchParams } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { ArchivedBanner } from "../segments/archived-banner.tsx";
import { ArchivedList, ShownTabs } from "../segments/archived-list.tsx";
import { SegmentList } from "../segments/segment-list.tsx";
import { listArchived, listSegments, readArchived } from "../segments/segment.server.ts";
import { merchant } from "../shopify.server.ts";
import { readsBehind } from "../sync/status.server.ts";
import { AppPage } from "../ui/app-page.tsx";

export const loader = async ({ request }: LoaderFunctionArgs) => {
  const { shop } = await merchant(request);
  const gone = new URL(request.url).searchParams.get("archived");
  const [isBehind, segments, archived, away] = await Promise.all([
    readsBehind(shop),
    listSegments(shop),
    gone === null ? null : readArchived(shop, gone),
    listArchived(shop),
  ]);
  const own = segments.filter(({ origin }) => origin === "merchant");
  return { segments: own.map((segment) => ({ ...segment, isLate: segment.isLate || isBehind })), archived, away };
};

export default function Segments() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const { segments, archived, away } = useLoaderData<typeof loader>();
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
      {away.length > 0 ? <ShownTabs archived={away.length} /> : null}
      {params.get("show") === "archived" && away.length > 0 ? (
        <ArchivedList segments={away} />
      ) : (
        <SegmentList segments={segments} />
      )}
    </AppPage>
  );
}
