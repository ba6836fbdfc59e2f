import { BlockStack, Card, InlineStack, Text } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { formatCount, formatMoney, formatShare } from "../ui/format.ts";
import { useShop, type ShopContext } from "../ui/shop-context.ts";
import type { CardContent } from "./card.ts";

type Figure = Extract<CardContent, { shape: "figure" }>;
type Rows = Extract<CardContent, { shape: "rows" }>;

function show(value: string | null, unit: Figure["unit"], shop: ShopContext): string {
  if (value === null) return "–";
  if (unit === "money") return formatMoney(value, shop);
  if (unit === "percent") return formatShare(Number(value), shop);
  return unit === "word" ? value : formatCount(Number(value), shop);
}

/** A card that a plugin gave, drawn from its closed shape. */
export function PluginCard({ label, content }: { label: string; content: CardContent }) {
  const { t } = useTranslation();
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="bodyMd" tone="subdued">
          {t(label)}
        </Text>
        {content.shape === "figure" ? <FigureLines figure={content} /> : <RowLines rows={content.rows} />}
      </BlockStack>
    </Card>
  );
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
          {t("home.before", { value: show(figure.before, figure.unit, shop) })}
        </Text>
      )}
    </>
  );
}

function RowLines({ rows }: { rows: Rows["rows"] }) {
  const { t } = useTranslation();
  const shop = useShop();
  return rows.map((row) => (
    <InlineStack key={row.label} align="space-between">
      <Text as="span">{t(row.label)}</Text>
      <Text as="span" fontWeight="semibold">
        {show(row.value, row.unit, shop)}
      </Text>
    </InlineStack>
  ));
}
