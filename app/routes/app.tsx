import type { HeadersFunction, LoaderFunctionArgs } from "@remix-run/node";
import { isRouteErrorResponse, Outlet, useLoaderData, useRouteError } from "@remix-run/react";
import polarisStyles from "@shopify/polaris/build/esm/styles.css?url";
import { boundary } from "@shopify/shopify-app-remix/server";
import { merchant } from "../shopify.server.ts";
import { readBlocks } from "../shopify/blocks.server.ts";
import { revalidateIfDelivered } from "../ui/editing/delivery.ts";
import frameStyles from "../ui/frame/app-frame.css?url";
import { AppFrame } from "../ui/frame/app-frame.tsx";
import { FaultPage } from "../ui/frame/fault-page.tsx";
import { useLoadPageCode } from "../ui/frame/load-page-code.ts";
import { useReportBlocks } from "../ui/report-blocks.ts";

export const links = () => [polarisStyles, frameStyles].map((href) => ({ rel: "stylesheet", href }));

export const loader = async ({ request }: LoaderFunctionArgs) => {
  const { shop, locale } = await merchant(request);
  return {
    domain: shop.domain,
    timeZone: shop.timeZone,
    currency: shop.currency,
    locale,
    blocks: await readBlocks(shop),
  };
};

export const shouldRevalidate = revalidateIfDelivered;

export default function App() {
  const { locale, blocks } = useLoaderData<typeof loader>();
  useReportBlocks(blocks);
  useLoadPageCode();
  return (
    <AppFrame locale={locale}>
      <Outlet />
    </AppFrame>
  );
}

// Some answers of Shopify's library (a new session token, leaving the frame) are scripts that must run. Others become a page.
export function ErrorBoundary() {
  const error = useRouteError();
  if (isRouteErrorResponse(error) && String(error.data).includes("<script")) return boundary.error(error);
  return (
    <AppFrame locale="en">
      <FaultPage error={error} />
    </AppFrame>
  );
}

export const headers: HeadersFunction = (context) => boundary.headers(context);
