import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

/** Says in the admin's own manner that something was done: once for each `done`. */
export function useToast(done: object | null | undefined, key: string): void {
  const { t } = useTranslation();
  const said = useRef<object | null>(null);
  useEffect(() => {
    if (!done || said.current === done) return;
    said.current = done;
    if ("shopify" in window) shopify.toast.show(t(key));
  }, [done, key, t]);
}
