import { useFetcher, useLocation, useSearchParams } from "@remix-run/react";
import { Banner, Box } from "@shopify/polaris";
import { useTranslation } from "react-i18next";

/** `form` creates the object again when it is posted to the page for new objects. */
type Deleted = { id: string; name: string; form: Record<string, string> | FormData };

let last: Deleted | null = null;

/** Remembered until the page is loaded again. The banner shows only where the list's URL has the id of the deleted object. */
export function rememberDeleted(deleted: Deleted): void {
  last = deleted;
}

/** The banner above a list after an object was deleted, with a button that restores the object. */
export function DeletedBanner() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const { pathname } = useLocation();
  const fetcher = useFetcher();
  const id = params.get("deleted");
  if (id === null || last?.id !== id) return null;
  const { name, form } = last;
  const dismiss = () => {
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
      <Banner title={t("app.deleted.title", { name })} action={action} onDismiss={dismiss}>
        {t("app.deleted.text")}
      </Banner>
    </Box>
  );
}
