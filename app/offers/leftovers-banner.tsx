import { Banner, Box } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { formatDay } from "../ui/format.ts";
import { useShop } from "../ui/shop-context.ts";
import type { Instant } from "../instant.ts";

type Leftovers = { titles: string[]; endedAt: Instant } | null;

/** Discounts that an earlier installation left running, and that were ended. */
export function LeftoversBanner({ leftovers }: { leftovers: Leftovers }) {
  const { t } = useTranslation();
  const shop = useShop();
  if (!leftovers) return null;
  const { titles, endedAt } = leftovers;
  return (
    <Box paddingBlockEnd="400">
      <Banner title={t("offers.leftovers.title", { count: titles.length })}>
        {t("offers.leftovers.text", {
          day: formatDay(endedAt, shop),
          names: new Intl.ListFormat(shop.locale).format(titles),
        })}
      </Banner>
    </Box>
  );
}
