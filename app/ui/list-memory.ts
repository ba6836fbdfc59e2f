// A list is found again as it was left: with its search, filters, order and page.
import { useLocation } from "@remix-run/react";
import { useEffect, useSyncExternalStore } from "react";

const KEY = "regulars.lists";
/** They speak of what was done a moment ago. */
const PASSING = ["deleted", "archived"];
/** Where the browser keeps nothing for a page in a frame. */
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
  for (const name of PASSING) params.delete(name);
  kept = { ...read(), [path]: params.size > 0 ? `?${params}` : "" };
  try {
    sessionStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // Then until the app is loaded anew.
  }
}

/** Keeps how each section's list was looked at. */
export function useRememberLists(isSection: (name: string) => boolean): void {
  const { pathname, search } = useLocation();
  useEffect(() => {
    const [, , section = "", ...deeper] = pathname.split("/");
    if (deeper.length === 0 && isSection(section)) remember(pathname, search);
  }, [pathname, search, isSection]);
}

const never = () => () => undefined;

/** The way back to a list, as it was left. */
export function useListAddress(url: string | undefined): string | undefined {
  const search = useSyncExternalStore(
    never,
    () => (url ? (read()[url] ?? "") : ""),
    () => "",
  );
  return url && url + search;
}
