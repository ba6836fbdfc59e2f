import { useFetcher, useLocation, useSearchParams } from "@remix-run/react";
import { Banner, Box } from "@shopify/polaris";
import { useTranslation } from "react-i18next";

/** `form` makes it anew at the page for new ones. */
type Deleted = { id: string; name: string; form: Record<string, string> | FormData };

let last: Deleted | null = null;

/** Until the page is loaded anew; whether it really went is said by the list's address. */
export function rememberDeleted(deleted: Deleted): void {
  last = deleted;
}

/** Above a list: what was deleted a moment ago, and a way back. */
export function DeletedBanner() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const { pathname } = useLocation();
  const fetcher = useFetcher();
  const id = params.get("deleted");
  if (id === null || last?.id !== id) return null;
  const { name, form } = last;
  const putAway = () => {
    params.delete("deleted");
    setParams(params, { replace: true });
  };
  const action = {
    content: t("app.deleted.undo"),
    loading: fetcher.state !== "idle",
    onAction: () => fetcher.submit(form, { method: "post", action: `${pathname}/new` }),
  };
  return (
    <Box paddingBlockEnd="400">
      <Banner title={t("app.deleted.title", { name })} action={action} onDismiss={putAway}>
        {t("app.deleted.text")}
      </Banner>
    </Box>
  );
}
