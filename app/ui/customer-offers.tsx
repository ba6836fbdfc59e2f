import { BlockStack, Card, InlineStack, Link, Text } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import type { Instant } from "../instant.ts";
import { formatCount, formatDay } from "./format.ts";
import { useShop } from "./shop-context.ts";

type Shown = { id: string; name: string; everyone: boolean; beatenBy: string | null };
type Past = { id: string; name: string; seenAt: Instant | null; clickedAt: Instant | null; used: number };

/** The offers that one customer sees now, and those that the customer has seen and used. */
export function CustomerOffers({ offers, past }: { offers: Shown[]; past: Past[] }) {
  return (
    <>
      <ShownCard offers={offers} />
      {past.length > 0 ? <PastCard offers={past} /> : null}
    </>
  );
}

function ShownCard({ offers }: { offers: Shown[] }) {
  const { t } = useTranslation();
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingSm">
          {t("customers.offers")}
        </Text>
        {offers.length === 0 ? <Text as="p">{t("customers.no_offers")}</Text> : null}
        {offers.map(({ id, name, everyone, beatenBy }) => (
          <InlineStack key={id} align="space-between" gap="200">
            <Link url={`/app/offers/${id}`}>{name}</Link>
            {beatenBy !== null ? (
              <Text as="span" tone="subdued" breakWord>
                {t("customers.beaten_by", { name: beatenBy })}
              </Text>
            ) : everyone ? (
              <Text as="span" tone="subdued">
                {t("customers.for_everyone")}
              </Text>
            ) : null}
          </InlineStack>
        ))}
      </BlockStack>
    </Card>
  );
}

function PastCard({ offers }: { offers: Past[] }) {
  const { t } = useTranslation();
  const shop = useShop();
  const saysOf = ({ seenAt, clickedAt, used }: Past) => [
    ...(used > 0 ? [t("customers.offer_used", { count: used, shown: formatCount(used, shop) })] : []),
    ...(clickedAt ? [t("customers.offer_clicked", { at: formatDay(clickedAt, shop) })] : []),
    ...(seenAt ? [t("customers.offer_seen", { at: formatDay(seenAt, shop) })] : []),
  ];
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingSm">
          {t("customers.past_offers")}
        </Text>
        {offers.map((offer) => (
          <InlineStack key={offer.id} align="space-between" gap="200">
            <Link url={`/app/offers/${offer.id}`}>{offer.name}</Link>
            <Text as="span" tone="subdued" breakWord>
              {saysOf(offer).join(" · ")}
            </Text>
          </InlineStack>
        ))}
        <Text as="p" tone="subdued" variant="bodySm">
          {t("customers.offers_seen_said")}
        </Text>
      </BlockStack>
    </Card>
  );
}
