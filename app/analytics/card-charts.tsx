// Draws cards with several values: bars, a line over days, a matrix. The figures of a chart can be shown as a table.
import { DataTable, InlineStack, Link, Text } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { ChartTable } from "../ui/charts/chart-table.tsx";
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
  const { t } = useTranslation();
  const shop = useShop();
  const [first, last] = [points[0], points.at(-1)];
  const newest = points.findLast(({ value }) => value !== null);
  const rows = points.map(({ day, value }) => [dayOf(day, shop), showValue(value, unit, shop)]);
  return (
    <>
      <InlineStack gap="200" blockAlign="baseline">
        <Text as="p" variant="headingLg">
          {showValue(newest?.value ?? null, unit, shop)}
        </Text>
        {newest ? (
          <Text as="span" tone="subdued">
            {dayOf(newest.day, shop)}
          </Text>
        ) : null}
      </InlineStack>
      <Curve values={points.map(({ value }) => (value === null ? null : Number(value)))} label={label} />
      {first && last && first !== last ? (
        <InlineStack align="space-between">
          {[first, last].map(({ day }) => (
            <Text key={day} as="span" tone="subdued" variant="bodySm">
              {dayOf(day, shop)}
            </Text>
          ))}
        </InlineStack>
      ) : null}
      <ChartTable columnContentTypes={["text", "numeric"]} headings={[t("home.day"), label]} rows={rows} />
    </>
  );
}

const SIZE = { width: 300, height: 72, margin: 3 };

/** Draws one value per step above an axis at 0. A step without a value is a gap. A value between two gaps is a short stroke. */
function Curve({ values, label }: { values: (number | null)[]; label: string }) {
  const known = values.filter((value) => value !== null);
  const [least, most] = [Math.min(0, ...known), Math.max(0, ...known)];
  const step = SIZE.width / Math.max(1, values.length - 1);
  const y = (value: number) =>
    SIZE.height - SIZE.margin - ((value - least) / (most - least || 1)) * (SIZE.height - 2 * SIZE.margin);
  const path = values
    .map((value, at) => {
      if (value === null) return "";
      const isNew = at === 0 || values[at - 1] === null;
      return `${isNew ? "M" : "L"}${(at * step).toFixed(1)},${y(value).toFixed(1)}${isNew ? "h0.1" : ""}`;
    })
    .join("");
  return (
    <svg
      width="100%"
      height={SIZE.height}
      viewBox={`0 0 ${SIZE.width} ${SIZE.height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <path
        d={`M0,${y(0).toFixed(1)}H${SIZE.width}`}
        stroke="var(--p-color-border)"
        vectorEffect="non-scaling-stroke"
      />
      <path
        d={path}
        fill="none"
        stroke="var(--p-color-border-emphasis)"
        strokeWidth="2"
        strokeLinecap="round"
        strokeLinejoin="round"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
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
