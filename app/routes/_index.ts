// Shopify opens the app's URL without a path. The pages are below /app.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { merchant } from "../shopify.server.ts";
import { redirectWithQuery } from "../shopify/frame.server.ts";

export const loader = async ({ request }: LoaderFunctionArgs) => {
  await merchant(request);
  return redirectWithQuery("/app", request);
};
