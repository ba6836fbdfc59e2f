import { isRouteErrorResponse, useLocation, useRevalidator } from "@remix-run/react";
import { Banner, BlockStack, Button } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { isSection } from "./app-frame.tsx";
import { AppPage } from "./app-page.tsx";

const KINDS: Record<number, string> = { 400: "unreadable", 401: "unknown", 404: "missing" };
/** Faults of the address. A request with the same address would fail again. */
const LASTING = new Set(["unreadable", "missing"]);
/** What Remix writes in place of a message of the server. */
const OF_SERVER = "Unexpected Server Error";

/** `unreached`: no answer arrived. `unknown`: the answer is that Shopify did not confirm the session. */
function kindOf(error: unknown): string {
  if (isRouteErrorResponse(error)) return KINDS[error.status] ?? "broken";
  return error instanceof Error && error.message !== OF_SERVER ? "unreached" : "broken";
}

/** The page of a failed route, with a button to try again or to return to the section's list. Only the server's log has details. */
export function FaultPage({ error }: { error: unknown }) {
  const { t } = useTranslation();
  const { revalidate, state } = useRevalidator();
  const section = useLocation().pathname.split("/")[2] ?? "";
  const kind = kindOf(error);
  const isLasting = LASTING.has(kind);
  const back = isSection(section)
    ? { content: t(`app.menu.${section}`), url: `/app/${section}` }
    : { content: t("app.menu.home"), url: "/app" };
  return (
    <AppPage title={t(`app.fault.${kind}.title`)} backAction={back}>
      <Banner tone={kind === "broken" ? "critical" : "warning"}>
        <BlockStack gap="300" inlineAlign="start">
          <p>{t(`app.fault.${kind}.text`)}</p>
          {isLasting ? (
            <Button url={back.url}>{t("app.fault.back", { section: back.content })}</Button>
          ) : (
            <Button onClick={revalidate} loading={state === "loading"}>
              {t("app.fault.retry")}
            </Button>
          )}
        </BlockStack>
      </Banner>
    </AppPage>
  );
}
