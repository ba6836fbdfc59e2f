import type { LoaderFunctionArgs } from "@remix-run/node";
import { registryFor } from "../plugins/installed.server.ts";
import { preview } from "../segments/preview.server.ts";
import { merchant } from "../shopify.server.ts";
import { orNothing } from "../ui/editing/delivery.ts";

export const loader = async ({ request }: LoaderFunctionArgs) => {
  const { shop } = await merchant(request);
  return preview(shop, new URL(request.url).searchParams.get("query") ?? "", await registryFor(shop));
};

export const clientLoader = orNothing;
