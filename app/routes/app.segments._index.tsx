import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData, useSearchParams } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { ArchivedBanner } from "../segments/list/archived-banner.tsx";
import { ArchivedList, ShownTabs } from "../segments/list/archived-list.tsx";
import { SegmentList } from "../segments/list/segment-list.tsx";
import { listArchived, listSegments, readArchived } from "../segments/segment.server.ts";
import { isAddingUp, isPassing } from "../segments/list/listing.ts";
import { merchant } from "../shopify.server.ts";
import { readsBehind } from "../sync/status/status.server.ts";
import { AppPage } from "../ui/frame/app-page.tsx";
import { useRefresh } from "../ui/refresh.ts";

export const loader = async ({ request }: LoaderFunctionArgs) => {
  const { shop } = await merchant(request);
  const lastId = new URL(request.url).searchParams.get("archived");
  const [isBehind, segments, lastArchived, archived] = await Promise.all([
    readsBehind(shop),
    listSegments(shop),
    lastId === null ? null : readArchived(shop, lastId),
    listArchived(shop),
  ]);
  const own = segments.filter(({ origin }) => origin === "merchant");
  const listed = own.map((segment) => ({ ...segment, isLate: segment.isLate || isBehind }));
  return { segments: listed, lastArchived, archived };
};

export default function Segments() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const { segments, lastArchived, archived } = useLoaderData<typeof loader>();
  useRefresh(segments.some((segment) => isPassing(segment) || isAddingUp(segment)));
  const dismiss = () => {
    params.delete("archived");
    setParams(params, { replace: true });
  };
  return (
    <AppPage
      title={t("segments.title")}
      primaryAction={{ content: t("segments.create"), url: "/app/segments/new" }}
      fullWidth
    >
      {lastArchived ? <ArchivedBanner segment={lastArchived} onDismiss={dismiss} /> : null}
      {archived.length > 0 ? <ShownTabs archived={archived.length} /> : null}
      {params.get("show") === "archived" && archived.length > 0 ? (
        <ArchivedList segments={archived} />
      ) : (
        <SegmentList segments={segments} />
      )}
    </AppPage>
  );
}
