import type { LoaderFunctionArgs } from "@remix-run/node";
import { readSizes } from "../offers/experiment/read-sizes.server.ts";
import { merchant } from "../shopify.server.ts";
import { nullIfUnreached, revalidateAfterForms } from "../ui/editing/delivery.ts";

export const loader = async ({ request }: LoaderFunctionArgs) => {
  const { shop } = await merchant(request);
  const asked = new URL(request.url).searchParams;
  // A Response: Remix answers a bare request with 500 where a loader returns null.
  return Response.json(await readSizes(shop, asked.get("segment") ?? "", Number(asked.get("holdout"))));
};

export const clientLoader = nullIfUnreached;
export const shouldRevalidate = revalidateAfterForms;
