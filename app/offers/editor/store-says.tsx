import { useFetcher } from "@remix-run/react";
import { Text } from "@shopify/polaris";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { formatCount } from "../../ui/format.ts";
import { useShop } from "../../ui/shop-context.ts";
import type { OfferContent } from "../wire.ts";
import type { StoreSays as Says } from "./store-says.server.ts";

/** Shopify's limit for a store, all apps together: `ACTIVE_PERIOD_OVERLAP`. */
const MOST_AUTOMATIC = 25;

type Props = { offerId: string | null; content: OfferContent };

/** Shopify's own summary of the published discount, and for an automatic discount how many the store has. */
export function StoreSays({ offerId, content }: Props) {
  const { t } = useTranslation();
  const shop = useShop();
  const { load, data } = useFetcher<Says | null>();
  const isDiscount = content.shape === "discount";
  const asked = `/app/offers/store?offer=${offerId ?? ""}`;
  useEffect(() => {
    if (isDiscount) load(asked);
  }, [load, isDiscount, asked]);
  if (!isDiscount || !data) return null;
  const { summary, automatic } = data;
  const shown = { used: formatCount(automatic ?? 0, shop), most: formatCount(MOST_AUTOMATIC, shop) };
  return (
    <>
      {summary ? (
        <Text as="p" tone="subdued">
          {t("offers.rule.shopify", { summary })}
        </Text>
      ) : null}
      {content.code === null && automatic !== null ? (
        <Text as="p" tone={automatic >= MOST_AUTOMATIC ? "caution" : "subdued"}>
          {t("offers.rule.slots", shown)}
        </Text>
      ) : null}
    </>
  );
}
