import { isRouteErrorResponse, useLocation, useRevalidator } from "@remix-run/react";
import { Banner, BlockStack, Button } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { isSection } from "./app-frame.tsx";
import { AppPage } from "./app-page.tsx";

const KINDS: Record<number, string> = { 400: "unreadable", 404: "missing" };

/** The page of a failed route, with a button to try again or to return to the section's list. Only the server's log has details. */
export function FaultPage({ error }: { error: unknown }) {
  const { t } = useTranslation();
  const { revalidate, state } = useRevalidator();
  const section = useLocation().pathname.split("/")[2] ?? "";
  const status = isRouteErrorResponse(error) ? error.status : 500;
  const kind = KINDS[status] ?? "broken";
  const back = isSection(section)
    ? { content: t(`app.menu.${section}`), url: `/app/${section}` }
    : { content: t("app.menu.home"), url: "/app" };
  return (
    <AppPage title={t(`app.fault.${kind}.title`)} backAction={back}>
      <Banner tone={kind === "broken" ? "critical" : "warning"}>
        <BlockStack gap="300" inlineAlign="start">
          <p>{t(`app.fault.${kind}.text`)}</p>
          {kind === "broken" ? (
            <Button onClick={revalidate} loading={state === "loading"}>
              {t("app.fault.retry")}
            </Button>
          ) : (
            <Button url={back.url}>{t("app.fault.back", { section: back.content })}</Button>
          )}
        </BlockStack>
      </Banner>
    </AppPage>
  );
}
