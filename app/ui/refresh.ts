import { useRevalidator } from "@remix-run/react";
import { useEffect } from "react";

const REFRESH_MS = 3_000;

/** Reads the page's data again every REFRESH_MS while `busy`. */
export function useRefresh(busy: boolean): void {
  const { revalidate } = useRevalidator();
  useEffect(() => {
    if (!busy) return;
    const timer = setInterval(revalidate, REFRESH_MS);
    return () => clearInterval(timer);
  }, [busy, revalidate]);
}
