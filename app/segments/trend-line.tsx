import { InlineStack, Text } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { formatCount } from "../ui/format.ts";
import { useShop } from "../ui/shop-context.ts";
import { netOf, sizesOf } from "./listing.ts";

const WIDTH = 72;
const HEIGHT = 20;
const MARGIN = 2;

/** How the size moved over the last 30 days: the sum in figures, the days as a small line. */
export function TrendLine({ count, trend }: { count: number; trend: number[] }) {
  const { t } = useTranslation();
  const shop = useShop();
  const net = netOf(trend);
  const figure = net > 0 ? `+${formatCount(net, shop)}` : formatCount(net, shop);
  return (
    <InlineStack gap="200" blockAlign="center" wrap={false}>
      <SizeLine sizes={sizesOf(count, trend)} width={WIDTH} height={HEIGHT} label={t("segments.change", { figure })} />
      <Text as="span" numeric>
        {figure}
      </Text>
    </InlineStack>
  );
}

type Line = { sizes: number[]; width: number; height: number; label: string };

/** Sizes from left to right, the least at the bottom; as wide as its place where that is narrower. */
export function SizeLine({ sizes, width, height, label }: Line) {
  const most = Math.max(...sizes);
  const least = Math.min(...sizes);
  const points = sizes.map((size, at) => {
    const x = (at / Math.max(1, sizes.length - 1)) * width;
    const y = most === least ? height / 2 : height - MARGIN - ((size - least) / (most - least)) * (height - 2 * MARGIN);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  return (
    <svg
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      style={{ maxWidth: "100%" }}
      role="img"
      aria-label={label}
    >
      {sizes.length > 1 ? (
        <polyline
          points={points.join(" ")}
          fill="none"
          stroke="var(--p-color-border-emphasis)"
          strokeWidth="1.5"
          strokeLinejoin="round"
          vectorEffect="non-scaling-stroke"
        />
      ) : null}
    </svg>
  );
}
