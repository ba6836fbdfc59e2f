import type { LoaderFunctionArgs } from "@remix-run/node";
import { readStoreSays } from "../offers/editor/store-says.server.ts";
import { merchant } from "../shopify.server.ts";
import { nullIfUnreached, revalidateAfterForms } from "../ui/editing/delivery.ts";

export const loader = async ({ request }: LoaderFunctionArgs) => {
  const { shop } = await merchant(request);
  return readStoreSays(shop, new URL(request.url).searchParams.get("offer") ?? "");
};

export const clientLoader = nullIfUnreached;
export const shouldRevalidate = revalidateAfterForms;
