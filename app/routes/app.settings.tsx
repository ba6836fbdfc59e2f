import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { BlockStack } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { plainTexts, viewFields } from "../fields.ts";
import {
  readShopSettings,
  readStoreFacts,
  saveShopSettings,
  shopSettings,
  versionOf,
} from "../shop-settings.server.ts";
import { isEnding, LeavingCard } from "../offers/screens/leaving-card.tsx";
import { readLeaving } from "../offers/leaving.server.ts";
import { readVisits } from "../customers/activity/visits.server.ts";
import { enqueue, pendingState } from "../queue.server.ts";
import { readPixel } from "../shopify/web-pixel/state.server.ts";
import { merchant } from "../shopify.server.ts";
import { PrivacyCard } from "../sync/compliance/privacy-card.tsx";
import { listRequests, markSent } from "../sync/compliance/privacy-requests.server.ts";
import { connectionOf } from "../shopify/tokens.server.ts";
import { AppPage } from "../ui/frame/app-page.tsx";
import { deliver, revalidateIfDelivered } from "../ui/editing/delivery.ts";
import { SettingsForm } from "../ui/editing/settings-form.tsx";
import { PixelCard } from "../ui/pixel-card.tsx";
import { useRefresh } from "../ui/refresh.ts";
import { StoreCard } from "../ui/settings-cards.tsx";

export const loader = async ({ request }: LoaderFunctionArgs) => {
  const { shop } = await merchant(request);
  const [store, values, requests, connection, leaving, pixel, visits, looking] = await Promise.all([
    readStoreFacts(shop),
    readShopSettings(shop),
    listRequests(shop),
    connectionOf(shop.id),
    readLeaving(shop),
    readPixel(shop),
    readVisits(shop),
    pendingState("pixel.look", { shop: shop.id }),
  ]);
  const fields = viewFields(shopSettings);
  const seen = { pixel, visits, looking: looking !== null };
  return { store, values, version: versionOf(values), requests, connection, leaving, ...seen, fields };
};

export const action = async ({ request }: ActionFunctionArgs) => {
  const { shop, actor } = await merchant(request);
  const { intent, request: id, version, locale = "en", ...input } = Object.fromEntries(await request.formData());
  if (intent === "sent" || intent === "unsent") {
    await markSent(shop, String(id), intent === "sent");
    return { ok: true as const };
  }
  if (intent === "pixel") {
    await enqueue("pixel.look", { shop: shop.id });
    return { ok: true as const };
  }
  const settings = plainTexts(shopSettings, input, String(locale));
  return saveShopSettings(shop, settings, { actor, expectedVersion: version ? String(version) : undefined });
};

export const clientAction = deliver;
export const shouldRevalidate = revalidateIfDelivered;

export default function Settings() {
  const { t } = useTranslation();
  const { store, values, version, requests, connection, leaving, fields, ...seen } = useLoaderData<typeof loader>();
  useRefresh(seen.looking || isEnding(leaving) || requests.some(({ doneAt }) => doneAt === null));
  return (
    <AppPage title={t("settings.title")}>
      <BlockStack gap="400">
        <StoreCard store={store} connection={connection} />
        <PixelCard {...seen} />
        <PrivacyCard requests={requests} />
        <LeavingCard leaving={leaving} />
        <SettingsForm title={t("settings.retention")} fields={fields} values={values} version={version} />
      </BlockStack>
    </AppPage>
  );
}
