import type { LoaderFunctionArgs } from "@remix-run/node";
import { offerValues } from "../segments/values.server.ts";
import { merchant } from "../shopify.server.ts";

export const loader = async ({ request }: LoaderFunctionArgs) => {
  const { shop } = await merchant(request);
  return Response.json(await offerValues(shop, new URL(request.url).searchParams));
};
