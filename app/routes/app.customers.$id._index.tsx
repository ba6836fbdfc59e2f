import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Banner, BlockStack, Layout } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { PluginCard } from "../analytics/card-view.tsx";
import { inShopify } from "../customers/in-shopify.ts";
import { Standing } from "../customers/standing.tsx";
import { readProfile } from "../customers/profile.server.ts";
import { readTimeline } from "../customers/timeline.server.ts";
import { Timeline } from "../customers/timeline.tsx";
import { offerHistoryOf } from "../offers/standing/history.server.ts";
import { offersShownTo } from "../offers/standing/shown.server.ts";
import { UserError } from "../errors.ts";
import { drawCards } from "../plugins/cards.server.ts";
import { registryFor } from "../plugins/installed.server.ts";
import { merchant } from "../shopify.server.ts";
import { AppPage } from "../ui/frame/app-page.tsx";
import { formatPerson } from "../ui/format.ts";
import { CustomerOffers } from "../ui/customer-offers.tsx";
import { useExport } from "../ui/save-file.ts";

export const loader = async ({ request, params }: LoaderFunctionArgs) => {
  const { shop } = await merchant(request);
  const id = params.id ?? "";
  const before = new URL(request.url).searchParams.get("before");
  const profile = await readProfile(shop, id).catch((error: unknown) => {
    throw error instanceof UserError ? new Response("", { status: 404 }) : error;
  });
  const registry = await registryFor(shop);
  const [entries, offers, past, cards] = await Promise.all([
    readTimeline(shop, id, before),
    offersShownTo(shop, registry.offerKinds, id),
    offerHistoryOf(shop, id),
    drawCards(shop, registry, "customer", id),
  ]);
  return { profile, entries, offers, past, cards, now: shop.now() };
};

export default function Customer() {
  const { t } = useTranslation();
  const { profile, entries, offers, past, cards, now } = useLoaderData<typeof loader>();
  const file = useExport(`/app/customers/${profile.id}/export`, `customer-${profile.id}.json`);
  return (
    <AppPage
      title={formatPerson(profile)}
      backAction={{ content: t("customers.title"), url: "/app/customers" }}
      secondaryActions={[
        ...(profile.platformId
          ? [
              {
                content: t("customers.view_in_shopify"),
                url: inShopify("customers", profile.platformId),
                external: true,
              },
            ]
          : []),
        { content: t("customers.export"), onAction: file.save, loading: file.busy },
      ]}
    >
      <Layout>
        {file.failed ? (
          <Layout.Section variant="fullWidth">
            <Banner tone="critical">{t("customers.export_failed")}</Banner>
          </Layout.Section>
        ) : null}
        <Layout.Section variant="oneThird">
          <BlockStack gap="400">
            <Standing profile={profile} now={now} />
            <CustomerOffers offers={offers} past={past} />
            {cards.map((card) => (
              <PluginCard key={card.name} label={card.label} content={card.content} />
            ))}
          </BlockStack>
        </Layout.Section>
        <Layout.Section>
          <Timeline entries={entries} />
        </Layout.Section>
      </Layout>
    </AppPage>
  );
}
