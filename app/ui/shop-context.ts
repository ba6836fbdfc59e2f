import { useRouteLoaderData } from "@remix-run/react";
import type { Blocks } from "../blocks.ts";

/** What every page needs to show money, days and names the same way. */
export type ShopContext = { domain: string; timeZone: string; currency: string; locale: string };

const FALLBACK: ShopContext = { domain: "", timeZone: "UTC", currency: "USD", locale: "en" };

/** What is known of our blocks in the store; null before the page is whole. */
export const useBlocks = (): Blocks | null =>
  (useRouteLoaderData("routes/app") as { blocks: Blocks } | undefined)?.blocks ?? null;

export const useShop = (): ShopContext => (useRouteLoaderData("routes/app") as ShopContext | undefined) ?? FALLBACK;
