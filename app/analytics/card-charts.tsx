// Draws cards with several values: bars, a line over days, a matrix. The figures of a chart can be shown as a table.
import { DataTable, InlineStack, Link, Text } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { ChartTable } from "../ui/charts/chart-table.tsx";
import { DayLine } from "../ui/charts/day-line.tsx";
import { useShop } from "../ui/shop-context.ts";
import { showValue } from "./card-value.ts";
import type { CardContent } from "./card.ts";

type Shaped<S extends CardContent["shape"]> = Extract<CardContent, { shape: S }>;
type Named = { label: string; verbatim?: boolean };

function useNames() {
  const { t } = useTranslation();
  return ({ label, verbatim }: Named) => (verbatim ? label : t(label));
}

export function BarLines({ label, bars: { bars, unit, total } }: { label: string; bars: Shaped<"bars"> }) {
  const shop = useShop();
  const nameOf = useNames();
  const whole = total === undefined ? bars.reduce((sum, { value }) => sum + Number(value), 0) : Number(total);
  const width = (value: string) => `${(whole > 0 ? Math.min(100, (Number(value) / whole) * 100) : 0).toFixed(2)}%`;
  return (
    <>
      {bars.map((bar, at) => (
        <div key={`${at} ${bar.label}`}>
          <InlineStack align="space-between" gap="200" wrap={false}>
            <Text as="span" breakWord>
              {bar.url ? <Link url={bar.url}>{nameOf(bar)}</Link> : nameOf(bar)}
            </Text>
            <div className="keeps-its-width">
              <Text as="span" tone="subdued" numeric>
                {showValue(bar.value, unit, shop)}
              </Text>
            </div>
          </InlineStack>
          <svg width="100%" height="12" aria-hidden="true">
            <rect width="100%" height="12" rx="6" fill="var(--p-color-bg-fill-tertiary)" />
            <rect width={width(bar.value)} height="12" rx="6" fill="var(--p-color-bg-fill-emphasis)" />
          </svg>
        </div>
      ))}
      <ChartTable
        columnContentTypes={["text", "numeric"]}
        headings={["", label]}
        rows={bars.map((bar) => [nameOf(bar), showValue(bar.value, unit, shop)])}
      />
    </>
  );
}

export function SeriesLine({ label, series: { points, unit } }: { label: string; series: Shaped<"series"> }) {
  const shop = useShop();
  return <DayLine label={label} points={points} show={(value) => showValue(value, unit, shop)} />;
}

export function MatrixTable({ matrix: { columns, rows, unit } }: { matrix: Shaped<"matrix"> }) {
  const shop = useShop();
  const nameOf = useNames();
  return (
    <DataTable
      columnContentTypes={["text", ...columns.map(() => "numeric" as const)]}
      headings={["", ...columns.map(nameOf)]}
      rows={rows.map((row) => [nameOf(row), ...row.values.map((value) => showValue(value, unit, shop))])}
    />
  );
}
