import { BlockStack, Button, Collapsible, DataTable, InlineStack, Text } from "@shopify/polaris";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { formatCount, formatShare } from "./format.ts";
import { useShop } from "./shop-context.ts";

export type Bar = { label: string; count: number };

/** Counts as bars with their shares. The title names subject and unit; the same figures are one click away as a table. */
export function BarChart({ title, unit, bars }: { title: string; unit: string; bars: Bar[] }) {
  const { t } = useTranslation();
  const shop = useShop();
  const id = useId();
  const [open, setOpen] = useState(false);
  const total = bars.reduce((sum, bar) => sum + bar.count, 0);
  const share = (bar: Bar) => (total ? bar.count / total : 0);
  const longest = Math.max(...bars.map(share), 0) || 1;
  return (
    <BlockStack gap="300">
      <Text as="h3" variant="headingSm">
        {title}
      </Text>
      <div
        role="img"
        aria-label={`${title}. ${bars.map((bar) => `${bar.label}: ${formatShare(share(bar), shop)}`).join(", ")}`}
      >
        <BlockStack gap="200">
          {bars.map((bar) => (
            <div
              key={bar.label}
              title={`${bar.label}: ${formatCount(bar.count, shop)} ${unit}, ${formatShare(share(bar), shop)}`}
            >
              <InlineStack align="space-between" gap="200">
                <Text as="span" breakWord>
                  {bar.label}
                </Text>
                <Text as="span" tone="subdued">
                  {formatShare(share(bar), shop)} · {formatCount(bar.count, shop)}
                </Text>
              </InlineStack>
              <svg width="100%" height="10" aria-hidden="true">
                <rect width="100%" height="10" rx="5" fill="var(--p-color-bg-fill-tertiary)" />
                <rect
                  width={`${(share(bar) / longest) * 100}%`}
                  height="10"
                  rx="5"
                  fill="var(--p-color-bg-fill-emphasis)"
                />
              </svg>
            </div>
          ))}
        </BlockStack>
      </div>
      <InlineStack>
        <Button variant="plain" ariaExpanded={open} ariaControls={id} onClick={() => setOpen(!open)}>
          {t(open ? "app.chart.hide_table" : "app.chart.show_table")}
        </Button>
      </InlineStack>
      <Collapsible id={id} open={open}>
        <DataTable
          columnContentTypes={["text", "numeric", "numeric"]}
          headings={[title, unit, "%"]}
          rows={bars.map((bar) => [bar.label, formatCount(bar.count, shop), formatShare(share(bar), shop)])}
        />
      </Collapsible>
    </BlockStack>
  );
}
