import { BlockStack, Card, InlineStack, Text } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { ChartTable } from "../../ui/charts/chart-table.tsx";
import { formatCount, formatDay, formatLately } from "../../ui/format.ts";
import { useShop } from "../../ui/shop-context.ts";
import { type SizeHistory, sizesOf } from "../list/listing.ts";
import { changeText, SizeLine } from "../list/trend-line.tsx";

const DAY = 86_400_000;
const WEEK = 7;
const WIDTH = 640;
const HEIGHT = 72;

/** The saved segment's member count over the last 90 days as a line, and week by week as a table. */
export function SizeCard({ history: { count, growth, asOf } }: { history: SizeHistory }) {
  const { t } = useTranslation();
  const shop = useShop();
  const sizes = sizesOf(count, growth);
  const last = sizes.length - 1;
  const dayOf = (at: number) => formatDay(new Date(asOf.getTime() - (last - at) * DAY), shop);
  const sizeAt = (at: number) => formatCount(sizes[at] ?? 0, shop);
  const weeks = sizes.map((_, at) => at).filter((at) => (last - at) % WEEK === 0);
  const at = growth?.since ? formatLately(growth.since, shop) : null;
  const figure = growth ? changeText(growth, shop) : "";
  const label = at === null ? t("segments.change_90", { figure }) : t("segments.change_since", { figure, at });
  const still = t("segments.size.still", { count: sizes[last] ?? 0, size: sizeAt(last) });
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingMd">
          {at === null ? t("segments.size.title") : t("segments.size.title_since", { at })}
        </Text>
        <Text as="p">{growth === null ? t("segments.size.unknown") : sizes.length === 1 ? still : label}</Text>
        {sizes.length === 1 ? null : (
          <>
            <SizeLine sizes={sizes} width={WIDTH} height={HEIGHT} label={label} />
            <InlineStack align="space-between" gap="200">
              {[0, last].map((at) => (
                <Text as="span" tone="subdued" key={at}>
                  {t("segments.size.at", { day: dayOf(at), size: sizeAt(at) })}
                </Text>
              ))}
            </InlineStack>
            <ChartTable
              columnContentTypes={["text", "numeric"]}
              headings={[t("segments.size.day"), t("segments.column.members")]}
              rows={weeks.map((at) => [dayOf(at), sizeAt(at)])}
            />
          </>
        )}
      </BlockStack>
    </Card>
  );
}
