// Formats money, numbers and times. Amounts are decimal strings, which Intl formats exactly.
import type { ShopContext } from "./shop-context.ts";
import { digitsOf } from "../currency.ts";
import type { Instant } from "../instant.ts";

/**
 * With as many decimal places as Shopify rounds to: Intl has fewer for some currencies, such as the forint. `whole` "bare": an amount
 * without a fraction is shown without decimal places.
 */
export const formatMoney = (
  amount: string,
  { locale, currency }: Pick<ShopContext, "locale" | "currency">,
  whole: "full" | "bare" = "full",
): string =>
  new Intl.NumberFormat(locale, {
    style: "currency",
    currency,
    minimumFractionDigits: digitsOf(currency),
    maximumFractionDigits: digitsOf(currency),
    trailingZeroDisplay: whole === "bare" ? "stripIfInteger" : "auto",
  }).format(amount as `${number}`);

export const formatCount = (count: number, { locale }: ShopContext): string =>
  new Intl.NumberFormat(locale).format(count);

export const formatMean = (mean: number, { locale }: ShopContext): string =>
  new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(mean);

/** A share between 0 and 1. */
export const formatShare = (share: number, { locale }: ShopContext): string =>
  new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 }).format(share);

export const formatDay = (at: Instant, { locale, timeZone }: ShopContext): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone }).format(at);

export const formatMoment = (at: Instant, { locale, timeZone }: ShopContext): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone }).format(at);

/** The time of day for an instant of today, the day for an earlier instant. */
export function formatLately(at: Instant, shop: ShopContext, now = new Date()): string {
  if (formatDay(at, shop) !== formatDay(now, shop)) return formatDay(at, shop);
  return new Intl.DateTimeFormat(shop.locale, { timeStyle: "short", timeZone: shop.timeZone }).format(at);
}

const DURATIONS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
] as const;

/** A duration in one unit, the largest that fits. */
export function formatDuration(ms: number, { locale }: ShopContext): string {
  const [unit, size] = DURATIONS.find(([, least]) => ms >= least) ?? ["millisecond", 1];
  const digits = unit === "second" ? 1 : 0;
  return new Intl.NumberFormat(locale, { style: "unit", unit, maximumFractionDigits: digits }).format(ms / size);
}

/** A change with its sign, so that the change is not read as an amount. */
export const formatChange = (change: number, { locale }: ShopContext, style: "percent" | "decimal"): string =>
  new Intl.NumberFormat(locale, { style, maximumFractionDigits: 1, signDisplay: "exceptZero" }).format(change);

/** `GB` is United Kingdom, `gu` is Gujarati. A code without a name is returned as it is. */
export function formatCode(code: string, type: "region" | "language", { locale }: ShopContext): string {
  try {
    return new Intl.DisplayNames([locale], { type }).of(code) ?? code;
  } catch {
    return code;
  }
}

type Person = { firstName?: string | null; lastName?: string | null; email?: string | null; id: string };

export const formatPerson = ({ firstName, lastName, email, id }: Person): string =>
  [firstName, lastName].filter(Boolean).join(" ") || email || `#${id}`;
