import type { LoaderFunctionArgs } from "@remix-run/node";
import { readShoppers } from "../offers/shoppers.server.ts";
import { merchant } from "../shopify.server.ts";

export const loader = async ({ request }: LoaderFunctionArgs) => {
  const { shop } = await merchant(request);
  return { shoppers: await readShoppers(shop, new URL(request.url).searchParams.get("segment") ?? "") };
};
