import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { BlockStack } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { readOfferLines } from "../offers/screens/offer-lines.server.ts";
import { LeftoversBanner } from "../offers/screens/leftovers-banner.tsx";
import { readLeftovers } from "../offers/leaving.server.ts";
import { endAllOffers } from "../offers/definition/move-offer.server.ts";
import { OfferList } from "../offers/screens/offer-list.tsx";
import { registryFor } from "../plugins/installed.server.ts";
import { isPassing } from "../offers/standing/seen-as.ts";
import { retryingOf } from "../queue.server.ts";
import { merchant } from "../shopify.server.ts";
import { AppPage } from "../ui/frame/app-page.tsx";
import { DeletedBanner } from "../ui/lists/deleted-banner.tsx";
import { RetryBanner } from "../ui/retry-banner.tsx";
import { useRefresh } from "../ui/refresh.ts";

export const loader = async ({ request }: LoaderFunctionArgs) => {
  const { shop } = await merchant(request);
  const offers = await readOfferLines(shop, await registryFor(shop));
  const isWaiting = offers.some(({ seen }) => isPassing(seen));
  const retrying = isWaiting ? await retryingOf("offers.publish", { shop: shop.id }) : null;
  return { offers, isWaiting, retrying, leftovers: await readLeftovers(shop) };
};

export const action = async ({ request }: ActionFunctionArgs) => {
  const { shop, actor } = await merchant(request);
  if ((await request.formData()).get("intent") !== "end_all") throw new Response("", { status: 400 });
  await endAllOffers(shop, actor);
  return null;
};

export default function Offers() {
  const { t } = useTranslation();
  const { offers, isWaiting, retrying, leftovers } = useLoaderData<typeof loader>();
  useRefresh(isWaiting);
  const create = { content: t("offers.create"), url: "/app/offers/new" };
  return (
    <AppPage
      title={t("offers.title")}
      fullWidth
      // While there is no offer, the empty list has this action.
      {...(offers.length > 0 ? { primaryAction: create } : {})}
    >
      <DeletedBanner />
      <LeftoversBanner leftovers={leftovers} />
      <BlockStack gap="400">
        <RetryBanner retrying={retrying} />
        <OfferList offers={offers} />
      </BlockStack>
    </AppPage>
  );
}
