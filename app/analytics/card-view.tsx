import { BlockStack, Card, InlineStack, Text } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { formatCount, formatMoney, formatShare } from "../ui/format.ts";
import { useShop, type ShopContext } from "../ui/shop-context.ts";
import type { CardContent } from "./card.ts";
import type { Figure } from "./figures.server.ts";

type Unit = Figure["unit"] | "word";

function show(value: string | null, unit: Unit, shop: ShopContext): string {
  if (value === null) return "–";
  if (unit === "money") return formatMoney(value, shop);
  if (unit === "percent") return formatShare(Number(value), shop);
  return unit === "word" ? value : formatCount(Number(value), shop);
}

export function FigureCard({ figure }: { figure: Figure }) {
  const { t } = useTranslation();
  const shop = useShop();
  return (
    <Card>
      <BlockStack gap="100">
        <Text as="h2" variant="bodyMd" tone="subdued">
          {t(`home.figure.${figure.name}`)}
        </Text>
        <Text as="p" variant="heading2xl">
          {show(figure.value, figure.unit, shop)}
        </Text>
        <Text as="p" tone="subdued">
          {t("home.before", { value: show(figure.before, figure.unit, shop) })}
        </Text>
      </BlockStack>
    </Card>
  );
}

/** A card that a plugin gave, drawn from its closed shape. */
export function PluginCard({ label, content }: { label: string; content: CardContent }) {
  const { t } = useTranslation();
  const shop = useShop();
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingSm">
          {t(label)}
        </Text>
        {content.shape === "figure" ? (
          <Text as="p" variant="headingLg">
            {show(content.value, content.unit, shop)}
          </Text>
        ) : (
          content.rows.map((row) => (
            <InlineStack key={row.label} align="space-between">
              <Text as="span">{t(row.label)}</Text>
              <Text as="span" fontWeight="semibold">
                {show(row.value, row.unit, shop)}
              </Text>
            </InlineStack>
          ))
        )}
      </BlockStack>
    </Card>
  );
}
