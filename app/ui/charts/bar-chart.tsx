import { BlockStack, InlineStack, Link, Text } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { ChartTable } from "./chart-table.tsx";
import { formatCount, formatShare } from "../format.ts";
import { useShop } from "../shop-context.ts";

/** `interval`: the confidence interval of the share, where the share is an estimate. `url`: the page of the bar's customers. */
export type Bar = { label: string; count: number; interval?: { low: number; high: number }; url?: string };

/** `name` is the heading of the labels in the table, `unit` the heading of the counts. */
type Props = { title: string; name: string; unit: string; bars: Bar[]; total: number };

/** Counts as bars with their shares of `total`, and the same figures as a table. */
export function BarChart({ title, name, unit, bars, total }: Props) {
  const { t } = useTranslation();
  const shop = useShop();
  const share = (bar: Bar) => formatShare(total ? bar.count / total : 0, shop);
  const isEstimate = total > 0 && bars.some(({ interval }) => interval);
  const between = ({ interval }: Bar) =>
    interval
      ? t("app.chart.between", { low: formatShare(interval.low, shop), high: formatShare(interval.high, shop) })
      : "";
  return (
    <BlockStack gap="300">
      <Text as="h3" variant="headingSm">
        {title}
      </Text>
      <BlockStack gap="200">
        {bars.map((bar) => (
          <div
            key={bar.label}
            title={`${bar.label}: ${formatCount(bar.count, shop)} ${unit}, ${share(bar)}${isEstimate ? ` (${between(bar)})` : ""}`}
          >
            <InlineStack align="space-between" gap="200">
              <Text as="span" breakWord>
                {bar.url ? (
                  <Link url={bar.url} removeUnderline>
                    {bar.label}
                  </Link>
                ) : (
                  bar.label
                )}
              </Text>
              <Text as="span" tone="subdued">
                {share(bar)} · {formatCount(bar.count, shop)}
              </Text>
            </InlineStack>
            <DrawnBar bar={bar} total={total} />
          </div>
        ))}
      </BlockStack>
      <ChartTable
        columnContentTypes={["text", "numeric", "numeric", ...(isEstimate ? (["numeric"] as const) : [])]}
        headings={[name, unit, t("app.chart.share"), ...(isEstimate ? [t("app.chart.interval")] : [])]}
        rows={bars.map((bar) => [
          bar.label,
          formatCount(bar.count, shop),
          share(bar),
          ...(isEstimate ? [between(bar)] : []),
        ])}
      />
    </BlockStack>
  );
}

const percent = (share: number) => `${(share * 100).toFixed(2)}%`;

/** The line over the end of a bar is the bar's interval. */
function DrawnBar({ bar, total }: { bar: Bar; total: number }) {
  return (
    <svg width="100%" height="12" aria-hidden="true">
      <rect width="100%" height="12" rx="6" fill="var(--p-color-bg-fill-tertiary)" />
      <rect width={percent(total ? bar.count / total : 0)} height="12" rx="6" fill="var(--p-color-bg-fill-emphasis)" />
      {bar.interval && total ? (
        <line
          x1={percent(bar.interval.low)}
          x2={percent(bar.interval.high)}
          y1="6"
          y2="6"
          stroke="var(--p-color-text)"
          strokeWidth="2"
        />
      ) : null}
    </svg>
  );
}
