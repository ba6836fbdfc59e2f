// Draws cards with several values: bars, a line over days, a matrix. The figures of a chart can be shown as a table.
import { DataTable, InlineStack, Link, Text } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { SizeLine } from "../segments/trend-line.tsx";
import { ChartTable } from "../ui/chart-table.tsx";
import { formatDay } from "../ui/format.ts";
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
            <Text as="span" tone="subdued">
              {showValue(bar.value, unit, shop)}
            </Text>
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
  const { t } = useTranslation();
  const shop = useShop();
  const known = points.filter(({ value }) => value !== null);
  const last = known.at(-1);
  const rows = points.map(({ day, value }) => [dayOf(day, shop), showValue(value, unit, shop)]);
  return (
    <>
      <Text as="p" variant="headingLg">
        {showValue(last?.value ?? null, unit, shop)}
      </Text>
      <SizeLine sizes={known.map(({ value }) => Number(value))} width={280} height={60} label={label} />
      <ChartTable columnContentTypes={["text", "numeric"]} headings={[t("home.day"), label]} rows={rows} />
    </>
  );
}

/** Formats a shop day in UTC, so that no time zone shifts it to another day. */
const dayOf = (day: string, shop: ReturnType<typeof useShop>) =>
  formatDay(new Date(`${day}T12:00:00Z`), { ...shop, timeZone: "UTC" });

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
