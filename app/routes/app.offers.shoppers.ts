import type { LoaderFunctionArgs } from "@remix-run/node";
import { readWhom } from "../offers/standing/shoppers.server.ts";
import { registryFor } from "../plugins/installed.server.ts";
import { merchant } from "../shopify.server.ts";
import { nullIfUnreached, revalidateAfterForms } from "../ui/editing/delivery.ts";

const SETTING = "settings.";

export const loader = async ({ request }: LoaderFunctionArgs) => {
  const { shop } = await merchant(request);
  const asked = new URL(request.url).searchParams;
  const settings = [...asked].filter(([name]) => name.startsWith(SETTING));
  return readWhom(shop, await registryFor(shop), {
    offerId: asked.get("offer"),
    kind: asked.get("kind") ?? "",
    settings: Object.fromEntries(settings.map(([name, value]) => [name.slice(SETTING.length), value])),
    segmentId: asked.get("segment") || null,
  });
};

export const clientLoader = nullIfUnreached;
export const shouldRevalidate = revalidateAfterForms;
