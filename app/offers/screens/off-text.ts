import type { TFunction } from "i18next";
import { formatCount, formatMoney } from "../../ui/format.ts";
import { isNumber } from "./money-words.ts";
import type { ShopContext } from "../../ui/shop-context.ts";
import type { Conditions, Deal, Least, Off, Some } from "../wire.ts";
import { isOneThing, namesText, type Titles } from "./item-words.ts";

const GAP = "…";

/** A number that the merchant has not finished typing is drawn as a gap. */
const moneyText = (amount: string, shop: ShopContext): string => (isNumber(amount) ? formatMoney(amount, shop) : GAP);

const countText = (count: number, shop: ShopContext): string => (count > 0 ? formatCount(count, shop) : GAP);

/** `10%` or `£5.00`. */
export const offText = ({ percent, amount }: Pick<Off, "percent" | "amount">, shop: ShopContext): string =>
  amount === undefined ? `${percent || GAP}%` : moneyText(amount, shop);

/** `10% off`, `Free shipping`, `Buy 2 items, get 1 item free`; with titles `Buy 2 of Earl Grey or Masala Chai, get Tea Tin free`. */
export function gainText(t: TFunction, off: Off, shop: ShopContext, titles: Titles = {}): string {
  if (off.shipping) return t("offers.gain.shipping");
  return off.deal ? dealText(t, off.deal, shop, titles) : t("offers.gain.off", { off: offText(off, shop) });
}

function dealText(t: TFunction, deal: Deal, shop: ShopContext, titles: Titles): string {
  const { gets, quantity, share } = deal;
  const items = unitsText(t, gets, quantity, shop, titles);
  const got =
    Number(share) === 100
      ? t("offers.gain.free", { items })
      : t("offers.gain.cheaper", { items, percent: share || GAP });
  return t("offers.gain.deal", { bought: boughtText(t, deal, shop, titles), got });
}

function boughtText(t: TFunction, { buys, least }: Deal, shop: ShopContext, titles: Titles): string {
  if (least.subtotal === undefined)
    return t("offers.gain.buy", { items: unitsText(t, buys, least.quantity, shop, titles) });
  const amount = moneyText(least.subtotal, shop);
  const items = namedText(t, buys, shop, titles);
  return items === null ? t("offers.gain.spend", { amount }) : t("offers.gain.spend_on", { amount, items });
}

/** `2 of Earl Grey or Masala Chai`, `Tea Tin`; without titles `2 items`. */
function unitsText(t: TFunction, some: Some, count: number, shop: ShopContext, titles: Titles): string {
  const items = namedText(t, some, shop, titles);
  const shown = countText(count, shop);
  if (items === null) return t("offers.gain.items", { count, shown });
  return isOneThing(some, count) ? items : t("offers.gain.some_of", { shown, items });
}

const namedText = (t: TFunction, some: Some | undefined, { locale }: ShopContext, titles: Titles): string | null =>
  namesText(some, titles, { locale, more: (names, count) => t("offers.gain.more", { names, count }) });

/** The same with the minimum: `10% off for £30.00 or more`. */
export const gainWithLeastText = (t: TFunction, off: Off & Conditions, shop: ShopContext): string => {
  const gain = gainText(t, off, shop);
  return off.minimum ? t("offers.gain.with_least", { gain, least: minimumText(t, off.minimum, shop) }) : gain;
};

/** The same with what it applies to and its conditions, for a sentence. */
export function termsText(t: TFunction, off: Off & Conditions, shop: ShopContext, titles: Titles = {}): string {
  const { minimum } = off;
  return [scopeText(t, off, shop, titles), ...(minimum ? [minimumText(t, minimum, shop)] : [])].join(", ");
}

function scopeText(t: TFunction, off: Off & Conditions, shop: ShopContext, titles: Titles): string {
  const gain = gainText(t, off, shop, titles);
  if (off.shipping || off.deal) return gain;
  const items = namedText(t, off.items, shop, titles);
  if (items !== null) return t("offers.gain.on_items", { gain, items });
  return t(off.items ? "offers.gain.on_some" : "offers.gain.on_all", { gain });
}

/** How often the code can be used: `once per customer, 100 uses in all`. */
export const limitTexts = (t: TFunction, { once, uses }: Conditions, shop: ShopContext): string[] => [
  ...(once ? [t("offers.gain.once")] : []),
  ...(uses === undefined ? [] : [t("offers.gain.uses", { count: uses, shown: countText(uses, shop) })]),
];

const minimumText = (t: TFunction, { subtotal, quantity }: Least, shop: ShopContext): string =>
  subtotal === undefined
    ? t("offers.gain.least_items", { count: quantity, shown: countText(quantity, shop) })
    : t("offers.gain.least_amount", { amount: moneyText(subtotal, shop) });
