import { isRouteErrorResponse, useRevalidator } from "@remix-run/react";
import { Banner, BlockStack, Button, Page } from "@shopify/polaris";
import { useTranslation } from "react-i18next";

/** What happened, and how to go on. Details stay in the server's log. */
export function FaultPage({ error }: { error: unknown }) {
  const { t } = useTranslation();
  const { revalidate, state } = useRevalidator();
  const missing = isRouteErrorResponse(error) && error.status === 404;
  const kind = missing ? "missing" : "broken";
  return (
    <Page title={t(`app.fault.${kind}.title`)} backAction={{ content: t("app.menu.home"), url: "/app" }}>
      <Banner tone={missing ? "warning" : "critical"}>
        <BlockStack gap="300" inlineAlign="start">
          <p>{t(`app.fault.${kind}.text`)}</p>
          {missing ? null : (
            <Button onClick={revalidate} loading={state === "loading"}>
              {t("app.fault.retry")}
            </Button>
          )}
        </BlockStack>
      </Banner>
    </Page>
  );
}
