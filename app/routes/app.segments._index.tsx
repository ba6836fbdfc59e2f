import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { SegmentList } from "../segments/segment-list.tsx";
import { listSegments } from "../segments/segment.server.ts";
import { merchant } from "../shopify.server.ts";
import { AppPage } from "../ui/app-page.tsx";

export const loader = async ({ request }: LoaderFunctionArgs) => {
  const { shop } = await merchant(request);
  const segments = await listSegments(shop);
  return { segments: segments.filter(({ origin }) => origin === "merchant") };
};

export default function Segments() {
  const { t } = useTranslation();
  return (
    <AppPage
      title={t("segments.title")}
      primaryAction={{ content: t("segments.create"), url: "/app/segments/new" }}
      fullWidth
    >
      <SegmentList {...useLoaderData<typeof loader>()} />
    </AppPage>
  );
}
