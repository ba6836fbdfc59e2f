import { Banner, BlockStack, Text } from "@shopify/polaris";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { formatCount } from "../../ui/format.ts";
import { useShop, type ShopContext } from "../../ui/shop-context.ts";
import { gainText } from "./off-text.ts";
import type { Rival, Standing } from "../standing/rivals.ts";

function sentence(
  t: TFunction,
  key: "beaten_by" | "beats" | "depends",
  { name, off, count }: Rival,
  shop: ShopContext,
): string {
  if (count === null) return t(`offers.standing.${key}_all`, { name, gain: gainText(t, off, shop) });
  return t(`offers.standing.${key}`, { name, gain: gainText(t, off, shop), count, shown: formatCount(count, shop) });
}

function sentences(t: TFunction, { beatenBy, depends, behind }: Standing, shop: ShopContext): string[] {
  const beaten = [
    ...beatenBy.map((rival) => sentence(t, "beaten_by", rival, shop)),
    ...depends.map((rival) => sentence(t, "depends", rival, shop)),
  ];
  return behind.length > 0 ? [...beaten, t("offers.standing.behind", { names: behind.join(", ") })] : beaten;
}

/** For the list: the offers that are shown instead of this offer. */
export function StandingLines({ standing }: { standing: Standing | null }) {
  const { t } = useTranslation();
  const shop = useShop();
  if (!standing) return null;
  return sentences(t, standing, shop).map((line) => (
    <Text key={line} as="span" tone="subdued" breakWord>
      {line}
    </Text>
  ));
}

/** For the editor: the same, and the offers instead of which this offer is shown. */
export function StandingBanner({ standing }: { standing: Standing | null }) {
  const { t } = useTranslation();
  const shop = useShop();
  if (!standing) return null;
  const lines = [...sentences(t, standing, shop), ...standing.beats.map((rival) => sentence(t, "beats", rival, shop))];
  if (lines.length === 0) return null;
  return (
    <Banner tone="warning" title={t("offers.standing.title")}>
      <BlockStack gap="100">
        {lines.map((line) => (
          <Text key={line} as="p" breakWord>
            {line}
          </Text>
        ))}
      </BlockStack>
    </Banner>
  );
}
