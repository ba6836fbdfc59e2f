import { useRouteLoaderData } from "@remix-run/react";

/** What every page needs to show money, days and names the same way. */
export type ShopContext = { domain: string; timeZone: string; currency: string; locale: string };

const FALLBACK: ShopContext = { domain: "", timeZone: "UTC", currency: "USD", locale: "en" };

export const useShop = (): ShopContext => (useRouteLoaderData("routes/app") as ShopContext | undefined) ?? FALLBACK;
