import type { TFunction } from "i18next";
import { formatCount, formatMoney } from "../../ui/format.ts";
import { isNumber } from "./money-words.ts";
import type { ShopContext } from "../../ui/shop-context.ts";
import type { Conditions, Deal, Least, Off } from "../wire.ts";

const GAP = "…";

/** A number that the merchant has not finished typing is drawn as a gap. */
const moneyText = (amount: string, shop: ShopContext): string => (isNumber(amount) ? formatMoney(amount, shop) : GAP);

const countText = (count: number, shop: ShopContext): string => (count > 0 ? formatCount(count, shop) : GAP);

/** `10%` or `£5.00`. */
export const offText = ({ percent, amount }: Pick<Off, "percent" | "amount">, shop: ShopContext): string =>
  amount === undefined ? `${percent || GAP}%` : moneyText(amount, shop);

/** `10% off`, `Free shipping`, `Buy 2 items, get 1 item free`. */
export function gainText(t: TFunction, off: Off, shop: ShopContext): string {
  if (off.shipping) return t("offers.gain.shipping");
  return off.deal ? dealText(t, off.deal, shop) : t("offers.gain.off", { off: offText(off, shop) });
}

function dealText(t: TFunction, { least, quantity, share }: Deal, shop: ShopContext): string {
  const bought =
    least.subtotal === undefined
      ? t("offers.gain.buy", { count: least.quantity, shown: countText(least.quantity, shop) })
      : t("offers.gain.spend", { amount: moneyText(least.subtotal, shop) });
  const shown = countText(quantity, shop);
  const got =
    Number(share) === 100
      ? t("offers.gain.free", { count: quantity, shown })
      : t("offers.gain.cheaper", { count: quantity, shown, percent: share || GAP });
  return t("offers.gain.deal", { bought, got });
}

/** The same with the minimum: `10% off for £30.00 or more`. */
export const gainWithLeastText = (t: TFunction, off: Off & Conditions, shop: ShopContext): string => {
  const gain = gainText(t, off, shop);
  return off.minimum ? t("offers.gain.with_least", { gain, least: minimumText(t, off.minimum, shop) }) : gain;
};

/** The same with what it applies to and its conditions, for a sentence. */
export function termsText(t: TFunction, off: Off & Conditions, shop: ShopContext): string {
  const { items, minimum, once } = off;
  const gain = gainText(t, off, shop);
  const scope = off.shipping || off.deal ? gain : t(items ? "offers.gain.on_some" : "offers.gain.on_all", { gain });
  return [scope, ...(minimum ? [minimumText(t, minimum, shop)] : []), ...(once ? [t("offers.gain.once")] : [])].join(
    ", ",
  );
}

const minimumText = (t: TFunction, { subtotal, quantity }: Least, shop: ShopContext): string =>
  subtotal === undefined
    ? t("offers.gain.least_items", { count: quantity, shown: countText(quantity, shop) })
    : t("offers.gain.least_amount", { amount: moneyText(subtotal, shop) });
