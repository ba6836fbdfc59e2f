import { Banner, BlockStack, Box, Card, DescriptionList } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import type { Described } from "../../ui/editing/edit-banners.tsx";

type Props = { endedAt: string; described: Described };

/** The page of an offer that has ended. No part of the offer can be changed. */
export function EndedOffer({ endedAt, described }: Props) {
  const { t } = useTranslation();
  const items = described.filter(([, text]) => text !== "").map(([term, description]) => ({ term, description }));
  return (
    <BlockStack gap="400">
      <Banner title={t("offers.over.title", { at: endedAt })}>{t("offers.over.text")}</Banner>
      <Card>
        <Box maxWidth="60rem">
          <DescriptionList items={items} />
        </Box>
      </Card>
    </BlockStack>
  );
}
