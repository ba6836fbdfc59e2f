import { InlineStack, Text } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { formatCount } from "../ui/format.ts";
import { useShop } from "../ui/shop-context.ts";
import { netOf, sizesOf } from "./listing.ts";

const WIDTH = 72;
const HEIGHT = 20;

/** How the size moved over the last 30 days: the sum in figures, the days as a small line. */
export function TrendLine({ count, trend }: { count: number; trend: number[] }) {
  const { t } = useTranslation();
  const shop = useShop();
  const net = netOf(trend);
  const figure = net > 0 ? `+${formatCount(net, shop)}` : formatCount(net, shop);
  const sizes = sizesOf(count, trend);
  const most = Math.max(...sizes);
  const least = Math.min(...sizes);
  const points = sizes.map((size, at) => {
    const x = (at / Math.max(1, sizes.length - 1)) * WIDTH;
    const y = most === least ? HEIGHT / 2 : HEIGHT - 2 - ((size - least) / (most - least)) * (HEIGHT - 4);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  return (
    <InlineStack gap="200" blockAlign="center" wrap={false}>
      <svg width={WIDTH} height={HEIGHT} role="img" aria-label={t("segments.change", { figure })}>
        {sizes.length > 1 ? (
          <polyline
            points={points.join(" ")}
            fill="none"
            stroke="var(--p-color-border-emphasis)"
            strokeWidth="1.5"
            strokeLinejoin="round"
          />
        ) : null}
      </svg>
      <Text as="span" numeric>
        {figure}
      </Text>
    </InlineStack>
  );
}
