import { useFetcher } from "@remix-run/react";
import { Modal, TitleBar } from "@shopify/app-bridge-react";
import { BlockStack, Box, Button, Card, InlineStack, Text } from "@shopify/polaris";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Leaving } from "../leaving.server.ts";

/** All offers have ended, but not yet all discounts. */
export const isEnding = ({ live, running }: Leaving): boolean => live === 0 && running > 0;

/** What the merchant should do before uninstalling the app, and how far it is done. */
export function LeavingCard({ leaving }: { leaving: Leaving }) {
  const { live, running } = leaving;
  const { t } = useTranslation();
  const fetcher = useFetcher();
  const [asking, setAsking] = useState(false);
  const ending = isEnding(leaving);
  const end = () => {
    setAsking(false);
    fetcher.submit({ intent: "end_all" }, { method: "post", action: "/app/offers?index" });
  };
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingMd">
          {t("offers.leaving.title")}
        </Text>
        <Text as="p">{t("offers.leaving.text")}</Text>
        <Text as="p" fontWeight="semibold">
          {ending ? t("offers.leaving.ending", { count: running }) : t("offers.leaving.running", { count: running })}
        </Text>
        {live > 0 ? (
          <InlineStack>
            <Button tone="critical" loading={fetcher.state !== "idle"} onClick={() => setAsking(true)}>
              {t("offers.leaving.end_all")}
            </Button>
          </InlineStack>
        ) : null}
      </BlockStack>
      <Modal open={asking} onHide={() => setAsking(false)}>
        <Box padding="400">
          <Text as="p">{t("offers.leaving.ask", { count: live })}</Text>
        </Box>
        <TitleBar title={t("offers.leaving.ask_title")}>
          <button variant="primary" tone="critical" onClick={end}>
            {t("offers.leaving.end_all")}
          </button>
          <button onClick={() => setAsking(false)}>{t("offers.leaving.keep", { count: live })}</button>
        </TitleBar>
      </Modal>
    </Card>
  );
}
