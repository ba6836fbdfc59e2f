import { BlockStack, InlineStack, Text } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { formatCount, formatLately } from "../../ui/format.ts";
import { useShop, type ShopContext } from "../../ui/shop-context.ts";
import { type Growth, netOf, sizesOf } from "./listing.ts";

const WIDTH = 72;
const HEIGHT = 20;
const MARGIN = 2;

type Props = {
  count: number;
  growth: Growth | null;
  /** Says in words what the figure is, where no heading does. */
  inWords?: boolean;
};

/** The member count's net change over the last 30 days, or since recording began, as a figure and as a small line. */
export function TrendLine({ count, growth, inWords = false }: Props) {
  const { t } = useTranslation();
  const shop = useShop();
  if (growth === null) return <Text as="span">–</Text>;
  const figure = changeText(growth, shop);
  const since = growth.since === null ? null : formatLately(growth.since, shop);
  const label = since === null ? t("segments.change", { figure }) : t("segments.change_since", { figure, at: since });
  if (inWords) return <Text as="span">{label}</Text>;
  const sizes = sizesOf(count, growth);
  return (
    <BlockStack>
      <InlineStack gap="200" blockAlign="center" wrap={false}>
        {sizes.length > 1 ? <SizeLine sizes={sizes} width={WIDTH} height={HEIGHT} label={label} /> : null}
        <Text as="span" numeric>
          {figure}
        </Text>
      </InlineStack>
      {since === null ? null : (
        <Text as="span" tone="subdued" variant="bodySm">
          {t("segments.since", { at: since })}
        </Text>
      )}
    </BlockStack>
  );
}

export function changeText(growth: Growth, shop: ShopContext): string {
  const net = netOf(growth);
  return net > 0 ? `+${formatCount(net, shop)}` : formatCount(net, shop);
}

type Line = { sizes: number[]; width: number; height: number; label: string };

/** A line of sizes: oldest at the left, smallest at the bottom. A narrower container makes the line narrower. */
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
