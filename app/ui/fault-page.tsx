import { isRouteErrorResponse, useRevalidator } from "@remix-run/react";
import { Banner, BlockStack, Button, Page } from "@shopify/polaris";
import { useTranslation } from "react-i18next";

const KINDS: Record<number, string> = { 400: "unreadable", 404: "missing" };

/** What happened, and how to go on. Details stay in the server's log. */
export function FaultPage({ error }: { error: unknown }) {
  const { t } = useTranslation();
  const { revalidate, state } = useRevalidator();
  const status = isRouteErrorResponse(error) ? error.status : 500;
  const kind = KINDS[status] ?? "broken";
  return (
    <Page title={t(`app.fault.${kind}.title`)} backAction={{ content: t("app.menu.home"), url: "/app" }}>
      <Banner tone={kind === "broken" ? "critical" : "warning"}>
        <BlockStack gap="300" inlineAlign="start">
          <p>{t(`app.fault.${kind}.text`)}</p>
          {kind === "broken" ? (
            <Button onClick={revalidate} loading={state === "loading"}>
              {t("app.fault.retry")}
            </Button>
          ) : (
            <Button url="/app">{t("app.fault.home")}</Button>
          )}
        </BlockStack>
      </Banner>
    </Page>
  );
}
