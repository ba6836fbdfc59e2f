import { useRouteLoaderData } from "@remix-run/react";
import type { Blocks } from "../blocks.ts";

/** What formatting of money, days and names needs. */
export type ShopContext = { domain: string; timeZone: string; currency: string; locale: string };

const FALLBACK: ShopContext = { domain: "", timeZone: "UTC", currency: "USD", locale: "en" };

/** Where the app's blocks are placed in the store; null before the page's data are loaded. */
export const useBlocks = (): Blocks | null =>
  (useRouteLoaderData("routes/app") as { blocks: Blocks } | undefined)?.blocks ?? null;

export const useShop = (): ShopContext => (useRouteLoaderData("routes/app") as ShopContext | undefined) ?? FALLBACK;
