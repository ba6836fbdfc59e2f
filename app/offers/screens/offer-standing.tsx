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

/** For the list: one short line. Empty: no other offer competes with this one. */
export function standingLine(t: TFunction, standing: Standing, shop: ShopContext): string {
  const { notShownFor: name, beatenBy, beats, depends, behind } = standing;
  if (name !== null) return t("offers.standing.not_shown", { name });
  const count = [beatenBy, beats, depends, behind].reduce((sum, { length }) => sum + length, 0);
  return count > 0 ? t("offers.standing.competes", { count, shown: formatCount(count, shop) }) : "";
}

export function StandingLine({ standing }: { standing: Standing | null }) {
  const { t } = useTranslation();
  const shop = useShop();
  const line = standing ? standingLine(t, standing, shop) : "";
  return line ? (
    <Text as="span" tone="subdued" breakWord>
      {line}
    </Text>
  ) : null;
}

/** For the editor: a line for each competing offer. */
export function StandingBanner({ standing }: { standing: Standing | null }) {
  const { t } = useTranslation();
  const shop = useShop();
  if (!standing) return null;
  const lines = [...sentences(t, standing, shop), ...standing.beats.map((rival) => sentence(t, "beats", rival, shop))];
  if (lines.length === 0) return null;
  const { notShownFor: name } = standing;
  const title = t("offers.standing.title");
  return (
    <Banner tone="warning" title={name === null ? title : t("offers.standing.not_shown", { name })}>
      <BlockStack gap="100">
        {(name === null ? lines : [title, ...lines]).map((line) => (
          <Text key={line} as="p" breakWord>
            {line}
          </Text>
        ))}
      </BlockStack>
    </Banner>
  );
}
