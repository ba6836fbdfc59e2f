// Shopify opens the app's address itself; the pages are below /app.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { merchant } from "../shopify.server.ts";
import { goOnTo } from "../shopify/frame.server.ts";

export const loader = async ({ request }: LoaderFunctionArgs) => {
  await merchant(request);
  return goOnTo("/app", request);
};
