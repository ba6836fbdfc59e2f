import type { LoaderFunctionArgs } from "@remix-run/node";
import { registryFor } from "../plugins/installed.server.ts";
import { offerValues } from "../segments/values/values.server.ts";
import { merchant } from "../shopify.server.ts";

export const loader = async ({ request }: LoaderFunctionArgs) => {
  const { shop, locale } = await merchant(request);
  const asked = new URL(request.url).searchParams;
  return Response.json(await offerValues(shop, asked, { engine: await registryFor(shop), locale }));
};
