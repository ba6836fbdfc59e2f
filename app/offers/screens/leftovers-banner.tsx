import { Banner, Box } from "@shopify/polaris";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { formatDay } from "../../ui/format.ts";
import { useShop } from "../../ui/shop-context.ts";
import type { Instant } from "../../instant.ts";

type Leftovers = { titles: string[]; endedAt: Instant } | null;

const MOST_NAMES = 10;

function named(t: TFunction, titles: string[]): string[] {
  const others = titles.length - MOST_NAMES;
  return others > 1 ? [...titles.slice(0, MOST_NAMES), t("offers.leftovers.more", { count: others })] : titles;
}

/** Names the discounts of an earlier installation that were still active and that the app ended. */
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
          names: new Intl.ListFormat(shop.locale).format(named(t, titles)),
        })}
      </Banner>
    </Box>
  );
}
