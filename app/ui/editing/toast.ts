import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

/** Shows a toast of the admin, once for each `done` object. */
export function useToast(done: object | null | undefined, key: string): void {
  const { t } = useTranslation();
  const shown = useRef<object | null>(null);
  useEffect(() => {
    if (!done || shown.current === done) return;
    shown.current = done;
    if ("shopify" in window) shopify.toast.show(t(key));
  }, [done, key, t]);
}
