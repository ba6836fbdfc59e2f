import type { LoaderFunctionArgs } from "@remix-run/node";
import { registryFor } from "../plugins/installed.server.ts";
import { preview } from "../segments/preview.server.ts";
import { merchant } from "../shopify.server.ts";
import { nullIfUnreached, revalidateAfterForms } from "../ui/editing/delivery.ts";

export const loader = async ({ request }: LoaderFunctionArgs) => {
  const { shop } = await merchant(request);
  const query = new URL(request.url).searchParams.get("query") ?? "";
  return preview(shop, query, await registryFor(shop), undefined, request.signal);
};

export const clientLoader = nullIfUnreached;
export const shouldRevalidate = revalidateAfterForms;
