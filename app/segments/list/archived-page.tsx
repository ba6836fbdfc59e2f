import { Badge, BlockStack, Box, Text } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { AppPage } from "../../ui/frame/app-page.tsx";
import { ArchivedList } from "./archived-list.tsx";
import type { ArchivedLine } from "../segment.server.ts";

/** The page of an archived segment, with a button to restore the segment. */
export function ArchivedPage({ segment }: { segment: ArchivedLine }) {
  const { t } = useTranslation();
  return (
    <AppPage
      title={segment.name}
      titleMetadata={<Badge>{t("segments.shown.badge")}</Badge>}
      backAction={{ content: t("segments.title"), url: "/app/segments?show=archived" }}
    >
      <BlockStack gap="400">
        <Box paddingInline={{ xs: "400", sm: "0" }}>
          <Text as="p">{t("segments.shown.text")}</Text>
        </Box>
        <ArchivedList segments={[segment]} />
      </BlockStack>
    </AppPage>
  );
}
