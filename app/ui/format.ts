// One way to show money, numbers and times. Amounts are decimal strings: Intl takes them exactly.
import type { ShopContext } from "./shop-context.ts";

type Exact = number | bigint | `${number}`;

export const formatMoney = (amount: string, { locale, currency }: ShopContext): string =>
  new Intl.NumberFormat(locale, { style: "currency", currency }).format(amount as Exact);

export const formatCount = (count: number, { locale }: ShopContext): string =>
  new Intl.NumberFormat(locale).format(count);

/** A share between 0 and 1. */
export const formatShare = (share: number, { locale }: ShopContext): string =>
  new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 }).format(share);

export const formatDay = (at: string | Date, { locale, timeZone }: ShopContext): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone }).format(new Date(at));

export const formatMoment = (at: string | Date, { locale, timeZone }: ShopContext): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone }).format(new Date(at));

/** The time of day of what was today, the day of what was earlier. */
export function formatLately(at: string | Date, shop: ShopContext, now = new Date()): string {
  if (formatDay(at, shop) !== formatDay(now, shop)) return formatDay(at, shop);
  return new Intl.DateTimeFormat(shop.locale, { timeStyle: "short", timeZone: shop.timeZone }).format(new Date(at));
}

type Person = { firstName?: string | null; lastName?: string | null; email?: string | null; id: string };

export const formatPerson = ({ firstName, lastName, email, id }: Person): string =>
  [firstName, lastName].filter(Boolean).join(" ") || email || `#${id}`;
