import { InlineStack, Text } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { formatDay } from "../format.ts";
import { useShop } from "../shop-context.ts";
import { ChartTable } from "./chart-table.tsx";

/** One value for each day of the shop, oldest first; null for a day without a value. `show` formats a value. */
type Props = {
  label: string;
  points: { day: string; value: string | null }[];
  show: (value: string | null) => string;
};

/** The newest value, a line over the days, and the same figures as a table. */
export function DayLine({ label, points, show }: Props) {
  const { t } = useTranslation();
  const shop = useShop();
  const [first, last] = [points[0], points.at(-1)];
  const newest = points.findLast(({ value }) => value !== null);
  return (
    <>
      <InlineStack gap="200" blockAlign="baseline">
        <Text as="p" variant="headingLg">
          {show(newest?.value ?? null)}
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
      <ChartTable
        columnContentTypes={["text", "numeric"]}
        headings={[t("app.chart.day"), label]}
        rows={points.map(({ day, value }) => [dayOf(day, shop), show(value)])}
      />
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
