import { useRevalidator } from "@remix-run/react";
import { useEffect } from "react";

const REFRESH_MS = 3_000;

/** How many editors hold a text that is not saved. A read that fails would replace the page, and the text with it. */
let unsaved = 0;

export function useHoldRefresh(isUnsaved: boolean): void {
  useEffect(() => {
    if (!isUnsaved) return;
    unsaved += 1;
    return () => {
      unsaved -= 1;
    };
  }, [isUnsaved]);
}

/** Reads the page's data again every REFRESH_MS while `busy`, and not while a text on the page is not saved. */
export function useRefresh(busy: boolean): void {
  const { revalidate } = useRevalidator();
  useEffect(() => {
    if (!busy) return;
    const timer = setInterval(() => {
      if (unsaved === 0) revalidate();
    }, REFRESH_MS);
    return () => clearInterval(timer);
  }, [busy, revalidate]);
}
