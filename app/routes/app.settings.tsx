import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { BlockStack } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { readShopSettings, readStoreFacts, saveShopSettings, shopSettings } from "../shop-settings.server.ts";
import { LeavingCard } from "../offers/leaving-card.tsx";
import { readLeaving } from "../offers/leaving.server.ts";
import { merchant } from "../shopify.server.ts";
import { PrivacyCard } from "../sync/privacy-card.tsx";
import { listRequests } from "../sync/privacy-requests.server.ts";
import { connectionOf } from "../shopify/tokens.server.ts";
import { AppPage } from "../ui/app-page.tsx";
import { deliver, revalidateIfDelivered } from "../ui/editing/delivery.ts";
import { SettingsForm } from "../ui/editing/settings-form.tsx";
import { StoreCard } from "../ui/settings-cards.tsx";

export const loader = async ({ request }: LoaderFunctionArgs) => {
  const { shop } = await merchant(request);
  const [store, values, requests, connection, leaving] = await Promise.all([
    readStoreFacts(shop),
    readShopSettings(shop),
    listRequests(shop),
    connectionOf(shop.id),
    readLeaving(shop),
  ]);
  const { parse: _, ...inboxDays } = shopSettings.inboxDays;
  return { store, values, requests, connection, leaving, fields: { inboxDays } };
};

export const action = async ({ request }: ActionFunctionArgs) => {
  const { shop } = await merchant(request);
  const { intent: _, version = "", locale = "en", ...input } = Object.fromEntries(await request.formData());
  return saveShopSettings(shop, input, { seen: String(version), locale: String(locale) });
};

export const clientAction = deliver;
export const shouldRevalidate = revalidateIfDelivered;

export default function Settings() {
  const { t } = useTranslation();
  const { store, values, requests, connection, leaving, fields } = useLoaderData<typeof loader>();
  return (
    <AppPage title={t("settings.title")}>
      <BlockStack gap="400">
        <StoreCard store={store} connection={connection} />
        <PrivacyCard requests={requests} />
        <LeavingCard leaving={leaving} />
        <SettingsForm title={t("settings.retention")} fields={fields} values={values} />
      </BlockStack>
    </AppPage>
  );
}
