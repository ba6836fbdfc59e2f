// Remembers the search, filters, order and page of each list, so that the link back to a list restores them.
import { useLocation } from "@remix-run/react";
import { useEffect, useSyncExternalStore } from "react";

const KEY = "regulars.lists";
/** Parameters about the last action, and those of the document that Shopify opened. They are not remembered. */
const TRANSIENT = ["deleted", "archived", "embedded", "host", "shop"];
/** A copy in memory, for a browser that refuses storage to a page in a frame. */
let kept: Record<string, string> = {};

function read(): Record<string, string> {
  try {
    return { ...kept, ...(JSON.parse(sessionStorage.getItem(KEY) ?? "{}") as Record<string, string>) };
  } catch {
    return kept;
  }
}

function remember(path: string, search: string): void {
  const params = new URLSearchParams(search);
  for (const name of TRANSIENT) params.delete(name);
  kept = { ...read(), [path]: params.size > 0 ? `?${params}` : "" };
  try {
    sessionStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // Without storage the copy in memory lasts until the app is loaded again.
  }
}

/** Remembers the URL parameters of each section's list. */
export function useRememberLists(isSection: (name: string) => boolean): void {
  const { pathname, search } = useLocation();
  useEffect(() => {
    const [, , section = "", ...deeper] = pathname.split("/");
    if (deeper.length === 0 && isSection(section)) remember(pathname, search);
  }, [pathname, search, isSection]);
}

const never = () => () => undefined;

/** The URL of a list with its remembered parameters. */
export function useListAddress(url: string | undefined): string | undefined {
  const search = useSyncExternalStore(
    never,
    () => (url ? (read()[url] ?? "") : ""),
    () => "",
  );
  return url && url + search;
}
