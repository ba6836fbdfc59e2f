import { BlockStack, Card, InlineGrid, InlineStack, Link, Text } from "@shopify/polaris";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { formatChange, formatCount } from "../ui/format.ts";
import { useShop, type ShopContext } from "../ui/shop-context.ts";
import { BarLines, MatrixTable, SeriesLine } from "./card-charts.tsx";
import { showValue as show } from "./card-value.ts";
import type { CardContent } from "./card.ts";

type Figure = Extract<CardContent, { shape: "figure" }>;
type Rows = Extract<CardContent, { shape: "rows" }>;

type Drawn = { name: string; label: string; content: CardContent };

export function CardGrid({ cards, columns }: { cards: Drawn[]; columns: 2 | 4 }) {
  // Four columns would leave one of five cards alone in its row.
  const most = cards.length % 4 === 1 ? 3 : 4;
  return (
    <InlineGrid columns={columns === 4 ? { xs: 1, sm: 2, lg: most } : { xs: 1, md: 2 }} gap="400">
      {cards.map((card) => (
        <PluginCard key={card.name} label={card.label} content={card.content} />
      ))}
    </InlineGrid>
  );
}

/** Draws a plugin's card by its shape. */
export function PluginCard({ label, content }: { label: string; content: CardContent }) {
  const { t } = useTranslation();
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="bodyMd" tone="subdued">
          {t(label)}
        </Text>
        <Content label={t(label)} content={content} />
      </BlockStack>
    </Card>
  );
}

function Content({ label, content }: { label: string; content: CardContent }) {
  switch (content.shape) {
    case "figure":
      return <FigureLines figure={content} />;
    case "rows":
      return <RowLines rows={content.rows} />;
    case "bars":
      return <BarLines label={label} bars={content} />;
    case "series":
      return <SeriesLine label={label} series={content} />;
    case "matrix":
      return <MatrixTable matrix={content} />;
  }
}

/** The change since the period before: in points for a share or a score, in percent for an amount or a count. */
function changeOf({ value, before, unit }: Figure, shop: ShopContext): string | null {
  if (value === null || before == null || unit === "word") return null;
  const [now, then] = [Number(value), Number(before)];
  if (unit === "money" || unit === "count") return then > 0 ? formatChange(now / then - 1, shop, "percent") : null;
  return formatChange(unit === "percent" ? (now - then) * 100 : now - then, shop, "decimal");
}

function comparison(t: TFunction, figure: Figure, shop: ShopContext): string {
  if (figure.before == null) return t(figure.value === null ? "home.nothing" : "home.nothing_before");
  const change = changeOf(figure, shop);
  const before = show(figure.before, figure.unit, shop);
  if (change === null) return t("home.before", { value: before });
  const isPoints = figure.unit === "percent" || figure.unit === "score";
  if (!isPoints) return t("home.change", { value: before, change });
  // The plural form follows the number without its sign: `+1 point`, `-1 point`, `-1.5 points`.
  const count = Math.abs(Number(figure.value) - Number(figure.before)) * (figure.unit === "percent" ? 100 : 1);
  return t("home.points", { value: before, change, count: Math.round(count * 10) / 10 });
}

function FigureLines({ figure }: { figure: Figure }) {
  const { t } = useTranslation();
  const shop = useShop();
  return (
    <>
      <Text as="p" variant="heading2xl">
        {show(figure.value, figure.unit, shop)}
      </Text>
      {figure.before === undefined ? null : (
        <Text as="p" tone="subdued">
          {comparison(t, figure, shop)}
        </Text>
      )}
      {figure.note ? (
        <Text as="p" tone="caution" variant="bodySm">
          {t(figure.note.key, { count: figure.note.count, shown: formatCount(figure.note.count, shop) })}
        </Text>
      ) : null}
    </>
  );
}

function RowLines({ rows }: { rows: Rows["rows"] }) {
  const { t } = useTranslation();
  const shop = useShop();
  const named = ({ label, verbatim }: Rows["rows"][number]) => (verbatim ? label : t(label));
  return rows.map((row, at) => (
    <BlockStack key={`${at} ${row.url}`}>
      <InlineStack align="space-between" gap="200" wrap={false}>
        {row.url ? <Link url={row.url}>{named(row)}</Link> : <Text as="span">{named(row)}</Text>}
        <div className="keeps-its-width">
          <Text as="span" fontWeight="semibold" alignment="end" breakWord>
            {show(row.value, row.unit, shop)}
          </Text>
        </div>
      </InlineStack>
      {row.note ? (
        <Text as="p" tone="subdued" variant="bodySm" breakWord>
          {row.note}
        </Text>
      ) : null}
    </BlockStack>
  ));
}
